//! A classroom that runs, and a client that may misbehave.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, TcpStream},
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::{net::TcpSocket, runtime};

/// The program, stopped when the test is over.
pub struct Classroom {
    child: Child,
    /// The link that it printed.
    pub link: String,
    pub port: u16,
    /// Where its temporary files lie; what a program that is killed leaves goes with it.
    pub temp: TempDir,
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
        let temp = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_classroom"));
        command.args(["--port", "0", "--lang", "en"]).args(flags);
        command.env("TMPDIR", temp.path()).env("TMP", temp.path());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut link = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut link).unwrap();
        let rest = link.trim().strip_prefix("http://").unwrap().split('/').next().unwrap();
        let port = rest.rsplit(':').next().unwrap().parse().unwrap();
        Self { child, link: link.trim().to_string(), port, temp }
    }

    /// Ctrl-C, and how it ended then.
    #[cfg(unix)]
    pub fn interrupt(&mut self) -> std::process::ExitStatus {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        self.child.wait().unwrap()
    }

    /// The number of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    /// From another address of this machine: somebody else, to the server.
    fn connect_from(&self, from: Ipv4Addr) -> TcpStream {
        let runtime = runtime::Builder::new_current_thread().enable_io().build().unwrap();
        let connected = runtime.block_on(async {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind((from, 0).into()).unwrap();
            socket.connect((Ipv4Addr::LOCALHOST, self.port).into()).await.unwrap()
        });
        let stream = connected.into_std().unwrap();
        stream.set_nonblocking(false).unwrap();
        stream
    }

    /// Lets somebody in from this address.
    pub fn enter(&self, from: Ipv4Addr) -> Guest<'_> {
        let mut guest = Guest { classroom: self, from, cookies: String::new() };
        let code = self.link.split("?code=").nth(1).unwrap();
        let came = guest.request("GET", &format!("/?code={code}"), "");
        assert_eq!(came.status, 303, "{}", came.body);
        let cookies = came.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs = cookies.map(|cookie| cookie.split(';').next().unwrap());
        guest.cookies = pairs.collect::<Vec<_>>().join("; ");
        guest
    }

    /// Sends these bytes, which may be no HTTP at all, and reads to the end.
    pub fn raw(&self, request: &[u8]) -> Reply {
        Self::converse(self.connect(), request)
    }

    fn converse(mut stream: TcpStream, request: &[u8]) -> Reply {
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
        self.raw(self.written(method, path, headers, body).as_bytes())
    }

    fn written(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let host = format!("127.0.0.1:{}", self.port);
        let own = headers.iter().any(|(name, _)| *name == "host");
        let mut request = format!("{method} {path} HTTP/1.0\r\n");
        let host = [("host", &*host)];
        for (name, value) in host.iter().filter(|_| !own).chain(headers) {
            request += &format!("{name}: {value}\r\n");
        }
        request + &format!("content-length: {}\r\n\r\n{body}", body.len())
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

/// Somebody in a shared room, with the cookies that it was given.
pub struct Guest<'a> {
    classroom: &'a Classroom,
    from: Ipv4Addr,
    pub cookies: String,
}

impl Guest<'_> {
    fn request(&self, method: &str, path: &str, body: &str) -> Reply {
        let headers = [("content-type", "application/json"), ("cookie", &*self.cookies)];
        let request = self.classroom.written(method, path, &headers, body);
        Classroom::converse(self.classroom.connect_from(self.from), request.as_bytes())
    }

    pub fn get(&self, path: &str) -> Reply {
        self.request("GET", path, "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.request("POST", path, &body.to_string())
    }

    /// Sends what must be done.
    pub fn does(&self, path: &str, body: &Value) {
        let reply = self.post(path, body);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
    }

    /// All that there is to see of the class.
    pub fn sees(&self) -> Value {
        serde_json::from_str(&self.get("/class").body).unwrap()
    }
}

impl Drop for Classroom {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
