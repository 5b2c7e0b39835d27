//! Devices of other machines, with servers on the loopback address: `cargo test --features remote
//! --test remote`.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use lstm_lessons::{
    shell::error::Error,
    training::{
        Partial,
        device::{Kind, device},
        history,
    },
};

/// A server process that ends with the test.
struct Server {
    process: Child,
    /// `127.0.0.1:PORT`.
    address: String,
}

const TOKEN: &str = "moonlight1";

impl Server {
    /// On a port that the system chooses.
    fn start() -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_device_server"))
            .args(["--listen", "127.0.0.1:0", "--token", TOKEN, "--lang", "en"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut said = String::new();
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe"));
        lines.read_line(&mut said).expect("it says where it listens");
        let address = said.split_once("ws://").map(|(_, rest)| rest.split(' ').next().unwrap());
        let address = address.unwrap_or_else(|| panic!("{said}")).to_string();
        Self { process, address }
    }

    /// As `--device` names it.
    fn name(&self, token: &str) -> String {
        format!("remote:ws://{token}@{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill().and_then(|()| self.process.wait());
    }
}

/// A tiny model on the shipped corpus.
fn lesson(args: &[&str]) -> Command {
    let mut lesson = Command::new(env!("CARGO_BIN_EXE_lesson_poems"));
    lesson.args(args).args(["--lang", "en"]).stdin(Stdio::null());
    lesson
}

fn train(run: &str, epochs: &'static str) -> Vec<String> {
    let flags = "train --corpus data/poems.txt --batch-size 64 --hidden 16 --embed 16 --layers 2";
    let flags = flags.split(' ').map(String::from);
    flags.chain(["--epochs", epochs, "--run", run].map(String::from)).collect()
}

fn ran(args: &[String], device: &[&str]) -> Output {
    let args: Vec<&str> = args.iter().map(String::as_str).chain(device.iter().copied()).collect();
    lesson(&args).output().expect("the lesson starts")
}

fn done(args: &[String], device: &[&str]) {
    let output = ran(args, device);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Training and validation loss of each epoch.
fn losses_of(run: &str) -> Vec<f64> {
    let rows = history::read(Path::new(run), usize::MAX).expect("a history");
    rows.iter().flat_map(|row| [row.epoch.train_loss, row.epoch.valid_loss]).collect()
}

#[track_caller]
fn assert_alike(one: &[f64], other: &[f64]) {
    assert_eq!(one.len(), other.len());
    for (k, (one, other)) in one.iter().zip(other).enumerate() {
        assert!((one - other).abs() < 1e-4 * one, "number {k}: {one} and {other}");
    }
}

#[test]
fn two_servers_have_the_losses_of_one_device_with_the_same_batches() {
    let folder = tempfile::tempdir().expect("a folder");
    let [here, there] =
        ["here", "there"].map(|name| folder.path().join(name).display().to_string());
    let servers = [Server::start(), Server::start()];
    done(&train(&here, "2"), &[]);
    done(&train(&there, "2"), &["--devices", &servers.each_ref().map(|s| s.name(TOKEN)).join(",")]);
    let losses = losses_of(&here);
    assert_eq!(losses.len(), 4);
    assert_alike(&losses, &losses_of(&there));
}

/// Whether the token stands in any file at or under `path`.
fn keeps_a_token(path: &Path) -> bool {
    if path.is_dir() {
        let mut entries = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        return entries.any(|path| keeps_a_token(&path));
    }
    let bytes = std::fs::read(path).unwrap();
    bytes.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes())
}

#[test]
fn digits_are_learned_on_two_servers_and_no_token_is_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let servers = [Server::start(), Server::start()];
    let devices = servers.each_ref().map(|server| server.name(TOKEN)).join(",");
    let output = Command::new(env!("CARGO_BIN_EXE_lesson_mnist"))
        .args(["--quick", "--epochs", "1", "--run", "run", "--devices", &devices])
        .current_dir(&folder)
        .output()
        .expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(folder.path().join("run/settings.json").is_file());
    assert!(!keeps_a_token(folder.path()));
}

/// Starts a training of four epochs, kills a server `later` after its first, and returns what was said.
fn killed(run: &str, flag: &str, devices: &str, server: &mut Server, later: Duration) -> String {
    let args = train(run, "4");
    let args: Vec<&str> = args.iter().map(String::as_str).chain([flag, devices]).collect();
    let training = lesson(&args).stderr(Stdio::piped()).stdout(Stdio::null()).spawn();
    let mut training = training.expect("it starts");
    while history::read(Path::new(run), usize::MAX).map_or(0, |rows| rows.len()) == 0 {
        assert!(training.try_wait().expect("a child").is_none(), "it ended before its first epoch");
        sleep(Duration::from_millis(5));
    }
    sleep(later);
    server.process.kill().and_then(|()| server.process.wait()).expect("it is killed");
    let output = training.wait_with_output().expect("it ends");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.lines().last().unwrap_or_default().contains(&server.address), "{said}");
    assert!(!said.contains("panicked") && !said.contains(TOKEN), "{said}");
    said
}

/// Whatever is on its way when the server dies: a part, a gradient, the noise of the next step.
#[test]
fn a_server_that_dies_costs_no_step_and_the_training_goes_on_without_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let whole = path("whole");
    done(&train(&whole, "4"), &[]);
    for later in [0, 130, 370, 810].map(Duration::from_millis) {
        let (one, mut two) = (Server::start(), Server::start());
        let devices = [&one, &two].map(|server| server.name(TOKEN)).join(",");
        let run = path(&format!("killed-{}", later.as_millis()));
        let said = killed(&run, "--devices", &devices, &mut two, later);
        assert!(said.lines().last().unwrap().contains("every step before is kept"), "{said}");
        let epochs = losses_of(&run).len() / 2;
        let stopped = said.lines().find(|line| line.starts_with("stopped in epoch")).expect("told");
        let inside = Partial::read(Path::new(&run), epochs + 1);
        let steps = inside.map_or(0, |partial| partial.measured.len());
        assert!(steps > 0 || stopped.contains("after 0 %"), "{steps} steps are kept: {said}");
        done(&["resume".into(), run.clone()], &[]);
        assert_alike(&losses_of(&whole), &losses_of(&run));
    }
}

#[test]
fn the_only_device_may_die_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("run").display().to_string();
    let mut server = Server::start();
    let name = server.name(TOKEN);
    let said = killed(&run, "--device", &name, &mut server, Duration::from_millis(200));
    assert!(said.contains("resume"), "{said}");
    done(&["resume".into(), run.clone()], &[]);
    assert_eq!(losses_of(&run).len(), 8);
}

#[test]
fn a_hundred_wrong_tokens_are_turned_away_and_the_right_one_is_let_in() {
    let server = Server::start();
    for k in 0..100 {
        let error: Error = device(&server.name(&format!("{TOKEN}{k}"))).expect_err("wrong token");
        assert!(matches!(error.kind(), Some(Kind::WrongToken { .. })), "{error}");
        assert!(error.exit_code() == 2 && !error.to_string().contains(TOKEN), "{error}");
    }
    let without = device(&format!("remote:ws://{}", server.address)).expect_err("no token");
    assert!(matches!(without.kind(), Some(Kind::WrongToken { .. })), "{without}");
    device(&server.name(TOKEN)).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_server_that_is_not_there_is_one_sentence() {
    let gone = { Server::start().name(TOKEN) };
    let output = lesson(&["--begin", "月", "--device", &gone]).output().expect("it starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(!said.contains(TOKEN) && said.contains("--device flex"), "{said}");
}

#[test]
fn a_poem_from_a_server_is_the_poem_of_this_machine() {
    let server = Server::start();
    let poem = |device: &str| {
        let args = ["--begin", "月", "--temperature", "0", "--device", device];
        let output = lesson(&args).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    assert_eq!(poem("flex"), poem(&server.name(TOKEN)));
}
