//! Mirrors on this very machine, good ones and bad ones.

use crate::sources::tiny::{gzip, labels, sha256};
use lstm_lessons::shell::{
    download::{Proof, Remote, fetch},
    error::Result,
};
use std::{
    collections::HashMap,
    fs,
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

/// How a mirror behaves.
#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Whole,
    IgnoresRange,
    CutsHalfway,
    WrongBytes,
    NotFound,
    /// An answer without an end.
    Endless,
    /// A byte, and after a while another.
    Drips,
}

/// What was asked for, and from which byte on.
type Requests = Mutex<Vec<(String, Option<usize>)>>;

/// A mirror on this machine, and a list of every request it had.
pub struct Mirror {
    pub address: String,
    requests: Arc<Requests>,
}

impl Mirror {
    pub fn start(mode: Mode, files: &[(&str, Vec<u8>)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let requests = Arc::default();
        let files: HashMap<String, Vec<u8>> =
            files.iter().map(|(n, b)| (n.to_string(), b.clone())).collect();
        let log = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                answer(stream.unwrap(), mode, &files, &log);
            }
        });
        Self { address, requests }
    }

    /// A mirror at whose address nobody listens.
    pub fn dead() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    }

    pub fn requests(&self) -> Vec<(String, Option<usize>)> {
        self.requests.lock().unwrap().clone()
    }
}

pub fn answer(mut stream: TcpStream, mode: Mode, files: &HashMap<String, Vec<u8>>, log: &Requests) {
    let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(|line| line.ok());
    let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else { return };
    let name = path.trim_start_matches('/').to_string();
    let from = head.iter().map(|line| line.to_lowercase()).find_map(|line| {
        line.strip_prefix("range: bytes=")
            .and_then(|range| range.trim_end_matches('-').parse::<usize>().ok())
    });
    log.lock().unwrap().push((name.clone(), from));
    let Some(bytes) = files.get(&name).filter(|_| mode != Mode::NotFound) else {
        let _ = write!(
            stream,
            "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        return;
    };
    if matches!(mode, Mode::Endless | Mode::Drips) {
        let _ = write!(stream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let block = vec![b' '; if mode == Mode::Drips { 1 } else { 1 << 16 }];
        while stream.write_all(&block).is_ok() {
            if mode == Mode::Drips {
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        return;
    }
    let bytes = if mode == Mode::WrongBytes { vec![b'x'; bytes.len()] } else { bytes.clone() };
    let from = from.filter(|_| mode != Mode::IgnoresRange);
    let (status, body) = match from {
        None => ("200 OK", &bytes[..]),
        Some(from) if from < bytes.len() => ("206 Partial Content", &bytes[from..]),
        Some(_) => ("416 Range Not Satisfiable", &bytes[..0]),
    };
    let range = from
        .map_or(String::new(), |from| format!("Content-Range: bytes {from}-/{}\r\n", bytes.len()));
    let length = body.len();
    let _ = write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{range}Connection: close\r\n\r\n"
    );
    let sent = if mode == Mode::CutsHalfway { length / 2 } else { length };
    let _ = stream.write_all(&body[..sent]);
}

pub fn remote(name: &str, unpacked: &[u8]) -> Remote {
    Remote { name: name.to_string(), proof: Proof::Sha256(sha256(unpacked)) }
}

/// A packed file to fetch: how it is announced, and its bytes on the mirror.
pub fn labels_gz() -> (Remote, Vec<u8>) {
    let unpacked = labels(5_000);
    (remote("labels.gz", &unpacked), gzip(&unpacked))
}

pub fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// Fetches from mirrors of these modes; gives back the mirrors and the result.
pub fn fetch_from(
    modes: &[Mode],
    remote: &Remote,
    bytes: &[u8],
    folder: &Path,
) -> (Vec<Mirror>, Result<PathBuf>) {
    let mirrors: Vec<Mirror> =
        modes.iter().map(|mode| Mirror::start(*mode, &[(&remote.name, bytes.to_vec())])).collect();
    let addresses: Vec<String> = mirrors.iter().map(|mirror| mirror.address.clone()).collect();
    let result = fetch(remote, &remote.name, &addresses, folder);
    (mirrors, result)
}

/// How many requests each mirror has had.
pub fn asked(mirrors: &[Mirror]) -> Vec<usize> {
    mirrors.iter().map(|mirror| mirror.requests().len()).collect()
}
