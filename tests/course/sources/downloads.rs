//! What `--download` does with good and bad mirrors, disks and parts of files.

use crate::sources::{mirror::*, tiny::*};
use lstm_lessons::{
    mnist::{download::mnist_files, source::read_folder},
    shell::download::{Kind, Limits, Proof, Reason, Remote, download_files, fetch, fetch_within},
};
use std::{fs, time::Duration};
use tempfile::tempdir;

#[test]
fn a_downloaded_set_can_be_read_and_is_not_fetched_twice() {
    let packed = tiny().map(|(name, bytes)| (format!("{name}.gz"), bytes));
    let remotes = packed.clone().map(|(name, bytes)| remote(&name, &bytes));
    let served: Vec<(&str, Vec<u8>)> =
        packed.iter().map(|(name, bytes)| (name.as_str(), gzip(bytes))).collect();
    let mirror = Mirror::start(Mode::Whole, &served);
    let folder = tempdir().unwrap();
    let data = folder.path().join("data/mnist"); // neither folder is there yet
    for _ in 0..2 {
        download_files(&remotes, std::slice::from_ref(&mirror.address), &data).unwrap();
        assert_eq!(mirror.requests().len(), 4, "the second call must find everything in place");
    }
    assert_eq!(files_in(&data).len(), 4, "no part may be left: {:?}", files_in(&data));
    let by_hand = read_folder(folder_with(|n, b| (n.to_string(), b)).path()).unwrap();
    assert!(read_folder(&data).unwrap() == by_hand);
}

#[test]
fn the_real_files_pass_their_checksums() {
    let Some(folder) = shared() else { return };
    let bytes = |remote: &Remote| fs::read(folder.join(&remote.name)).unwrap();
    let remotes = mnist_files();
    let served: Vec<(&str, Vec<u8>)> =
        remotes.iter().map(|remote| (remote.name.as_str(), bytes(remote))).collect();
    let mirror = Mirror::start(Mode::Whole, &served);
    let data = tempdir().unwrap();
    download_files(&remotes, std::slice::from_ref(&mirror.address), data.path()).unwrap();
    assert_eq!(mirror.requests().len(), 4);
    download_files(&remotes, &[], data.path()).unwrap();
}

#[test]
fn a_cut_download_goes_on_where_it_stopped() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    let (_, result) = fetch_from(&[Mode::CutsHalfway], &remote, &bytes, folder.path());
    assert_is_one_sentence(&result.unwrap_err());
    assert_eq!(files_in(folder.path()), ["labels.gz.part"]);
    assert_eq!(fs::read(folder.path().join("labels.gz.part")).unwrap(), bytes[..bytes.len() / 2]);

    let (mirrors, result) = fetch_from(&[Mode::Whole], &remote, &bytes, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
    assert_eq!(mirrors[0].requests(), [("labels.gz".to_string(), Some(bytes.len() / 2))]);
    assert_eq!(files_in(folder.path()), ["labels.gz"]);
}

#[test]
fn the_next_mirror_goes_on_where_the_first_stopped() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    let (mirrors, result) =
        fetch_from(&[Mode::CutsHalfway, Mode::Whole], &remote, &bytes, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
    assert_eq!(mirrors[1].requests(), [("labels.gz".to_string(), Some(bytes.len() / 2))]);
}

#[test]
fn a_mirror_that_ignores_range_starts_the_file_over() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    fs::write(folder.path().join("labels.gz.part"), &bytes[..10]).unwrap();
    let (mirrors, result) = fetch_from(&[Mode::IgnoresRange], &remote, &bytes, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
    assert_eq!(mirrors[0].requests(), [("labels.gz".to_string(), Some(10))]);
}

#[test]
fn a_part_of_another_file_is_dropped_and_fetched_from_its_first_byte() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    for foreign in [vec![7; 10], vec![7; bytes.len()], vec![7; bytes.len() + 10]] {
        fs::write(folder.path().join("labels.gz.part"), &foreign).unwrap();
        let (mirrors, result) = fetch_from(&[Mode::Whole], &remote, &bytes, folder.path());
        let place = result.unwrap();
        assert_eq!(fs::read(&place).unwrap(), bytes);
        let froms: Vec<_> = mirrors[0].requests().into_iter().map(|(_, from)| from).collect();
        assert_eq!(froms, [Some(foreign.len()), None]);
        fs::remove_file(place).unwrap();
    }
}

#[test]
fn a_whole_part_is_put_in_place_without_fetching_it_again() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    fs::write(folder.path().join("labels.gz.part"), &bytes).unwrap();
    let (mirrors, result) = fetch_from(&[Mode::Whole], &remote, &bytes, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
    assert_eq!(mirrors[0].requests(), [("labels.gz".to_string(), Some(bytes.len()))]);
}

#[test]
fn bad_mirrors_fall_over_to_a_good_one() {
    for bad in [Mode::WrongBytes, Mode::NotFound, Mode::CutsHalfway] {
        let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
        let (mirrors, result) = fetch_from(&[bad, Mode::Whole], &remote, &bytes, folder.path());
        assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
        assert_eq!(files_in(folder.path()), ["labels.gz"]);
        assert_eq!(asked(&mirrors), [1, 1]);
    }
}

#[test]
fn an_endless_answer_and_a_trickle_are_given_up_for_the_next_mirror() {
    let limits = Limits { longest: 1 << 20, patience: Duration::from_millis(200), fewest: 1 << 10 };
    for (bad, reason) in [(Mode::Endless, Reason::TooLong), (Mode::Drips, Reason::TooSlow)] {
        let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
        let files = [(remote.name.as_str(), bytes.clone())];
        let mirrors = [bad, Mode::Whole].map(|mode| Mirror::start(mode, &files));
        let addresses = mirrors.each_ref().map(|mirror| mirror.address.clone());
        let fetch = |to| fetch_within(&remote, "labels", &addresses[..to], folder.path(), limits);
        let error = fetch(1).unwrap_err();
        assert_is_one_sentence(&error);
        let Some(Kind::NotDownloaded { reasons, .. }) = error.kind() else { panic!("{error:?}") };
        assert_eq!(reasons, &[(addresses[0].clone(), reason)]);
        assert_eq!(fs::read(fetch(2).unwrap()).unwrap(), bytes);
        assert_eq!(files_in(folder.path()), ["labels.gz"]);
    }
}

#[test]
fn what_a_mirror_says_instead_of_a_list_is_never_put_in_place() {
    let good = br#"[{"title": "x", "paragraphs": ["y"]}]"#;
    let remote = Remote { name: "p.json".into(), proof: Proof::JsonList("paragraphs") };
    let wrong: [&[u8]; 8] = [
        b"null",
        b"[]",
        b"[1]",
        br#"{"error": "rate limit"}"#,
        br#"[{"error": "rate limit"}]"#,
        &gzip(good),
        b"\xff\xfe[{}]",
        &good[..20],
    ];
    for bad in wrong {
        let folder = tempdir().unwrap();
        let serve = |bytes: &[u8]| Mirror::start(Mode::Whole, &[("p.json", bytes.to_vec())]);
        let mirrors = [serve(bad), serve(good)];
        let addresses = mirrors.each_ref().map(|mirror| mirror.address.clone());
        let error = fetch(&remote, "p", &addresses[..1], folder.path()).unwrap_err();
        let Some(Kind::NotDownloaded { reasons, .. }) = error.kind() else { panic!("{error:?}") };
        assert_eq!(reasons, &[(addresses[0].clone(), Reason::NotTheList)]);
        assert_eq!(files_in(folder.path()), [""; 0]);
        assert_eq!(
            fs::read(fetch(&remote, "p", &addresses, folder.path()).unwrap()).unwrap(),
            good
        );
    }
}

#[test]
fn mnist_can_be_fetched_from_a_mirror_of_ones_own() {
    let (mirror, folder) = (Mirror::start(Mode::NotFound, &[]), tempdir().unwrap());
    let mut lesson = std::process::Command::new(env!("CARGO_BIN_EXE_lesson_mnist"));
    lesson.args(["--download", "--lang=en", "--mirror", &format!("{}digits", mirror.address)]);
    let ran = lesson.current_dir(folder.path()).output().unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("/digits/: HTTP 404"), "{said}");
    assert_eq!(mirror.requests(), [("digits/train-images-idx3-ubyte.gz".to_string(), None)]);
}

#[test]
fn a_wrong_checksum_everywhere_leaves_nothing_behind() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    let (_, result) =
        fetch_from(&[Mode::WrongBytes, Mode::WrongBytes], &remote, &bytes, folder.path());
    let error = result.unwrap_err();
    assert_is_one_sentence(&error);
    assert_eq!(error.message().matches("wrong checksum").count(), 2, "{error}");
    let Some(Kind::NotDownloaded { reasons, .. }) = error.kind() else { panic!("{error:?}") };
    assert!(reasons.iter().all(|(_, reason)| *reason == Reason::WrongChecksum), "{reasons:?}");
    assert_eq!(files_in(folder.path()), [""; 0]);
}

#[test]
fn dead_mirrors_give_one_sentence_and_put_nothing_in_place() {
    let ((remote, _), folder) = (labels_gz(), tempdir().unwrap());
    let mirrors = [Mirror::dead(), Mirror::dead()];
    let error = fetch(&remote, &remote.name, &mirrors, folder.path()).unwrap_err();
    assert_is_one_sentence(&error);
    for word in
        ["labels.gz", &mirrors[0], &mirrors[1], "network", &folder.path().display().to_string()]
    {
        assert!(error.message().contains(word), "{error} should name {word}");
    }
    assert_eq!(files_in(folder.path()), [""; 0]);
}

#[test]
fn a_wrong_file_in_place_is_replaced_and_kept_beside() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    fs::write(folder.path().join("labels.gz"), "of another set").unwrap();
    let (_, result) = fetch_from(&[Mode::NotFound], &remote, &bytes, folder.path());
    assert!(result.is_err());
    assert_eq!(fs::read(folder.path().join("labels.gz")).unwrap(), b"of another set");
    let (_, result) = fetch_from(&[Mode::Whole], &remote, &bytes, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), bytes);
    assert_eq!(fs::read(folder.path().join("labels.gz.old")).unwrap(), b"of another set");
}

#[test]
fn a_plain_file_is_fetched_like_a_packed_one() {
    let folder = tempdir().unwrap();
    let text = "静夜思:床前明月光".as_bytes();
    let (_, result) = fetch_from(&[Mode::Whole], &remote("poems.txt", text), text, folder.path());
    assert_eq!(fs::read(result.unwrap()).unwrap(), text);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_gives_one_sentence_and_asks_no_other_mirror() {
    let ((remote, bytes), folder) = (labels_gz(), tempdir().unwrap());
    let part = folder.path().join("labels.gz.part");
    std::os::unix::fs::symlink("/dev/full", &part).unwrap(); // a disk on which there is never any room
    let (mirrors, result) = fetch_from(&[Mode::Whole, Mode::Whole], &remote, &bytes, folder.path());
    let error = result.unwrap_err();
    assert_is_one_sentence(&error);
    assert!(
        error.message().contains("labels.gz.part") && error.message().contains("free some space"),
        "{error}"
    );
    let Some(Kind::CannotWrite { path, cause }) = error.kind() else { panic!("{error:?}") };
    assert_eq!((path, cause.kind()), (&part, std::io::ErrorKind::StorageFull));
    assert_eq!(asked(&mirrors), [1, 0]);
    assert!(part.is_symlink(), "the part is kept");
    assert!(!folder.path().join("labels.gz").exists());
}
