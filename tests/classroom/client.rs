//! A classroom that runs, and a client that may misbehave.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

/// The program, stopped when the test is over.
pub struct Classroom {
    child: Child,
    /// The link that it printed.
    pub link: String,
    pub port: u16,
}

/// What came back.
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Classroom {
    /// One for this test alone, at a free port.
    pub fn open(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_classroom"))
            .args(["--port", "0", "--lang", "en"])
            .args(flags)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut link = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut link).unwrap();
        let rest = link.trim().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let port = rest.rsplit(':').next().unwrap().parse().unwrap();
        Self { child, link: link.trim().to_string(), port }
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// Sends these bytes, which may be no HTTP at all, and reads to the end.
    pub fn raw(&self, request: &[u8]) -> Reply {
        let mut stream = self.connect();
        stream.write_all(request).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes); // a reset after the reply is no failure
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_lowercase(), body: body.to_string() }
    }

    /// A request with these headers; HTTP/1.0, so that the reply ends with the connection.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let host = format!("127.0.0.1:{}", self.port);
        let own = headers.iter().any(|(name, _)| *name == "host");
        let mut request = format!("{method} {path} HTTP/1.0\r\n");
        let host = [("host", &*host)];
        for (name, value) in host.iter().filter(|_| !own).chain(headers) {
            request += &format!("{name}: {value}\r\n");
        }
        request += &format!("content-length: {}\r\n\r\n{body}", body.len());
        self.raw(request.as_bytes())
    }

    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, &[], "")
    }

    /// What is answered to JSON, which must be well.
    pub fn ask(&self, path: &str, body: &Value) -> String {
        let reply = self.post(path, &body.to_string());
        assert_eq!(reply.status, 200, "{path} {body}: {}", reply.body);
        reply.body
    }

    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.request("POST", path, &[("content-type", "application/json")], body)
    }

    /// The last line of what is written for a poem.
    pub fn poem(&self, body: &Value) -> Value {
        let lines = self.ask("/poem", body);
        serde_json::from_str(lines.lines().last().unwrap()).unwrap()
    }
}

impl Drop for Classroom {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
