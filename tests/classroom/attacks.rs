//! What a page of another site, a clumsy client or a mischievous one may try.

use std::{io::Write, process::Command};

use serde_json::json;

use crate::client::Classroom;

const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn whoever_asks_under_another_name_is_refused() {
    let classroom = Classroom::open(&[]);
    let port = classroom.port;
    let status = |host: &str| classroom.request("GET", "/", &[("host", host)], "").status;
    assert_eq!(status(&format!("localhost:{port}")), 200);
    assert_eq!(status(&format!("127.0.0.1:{port}")), 200);
    for foreign in [
        format!("classroom.example:{port}"), // DNS rebinding
        format!("127.0.0.1.example:{port}"),
        "127.0.0.1:1".to_string(),
        "127.0.0.1".to_string(),
        String::new(),
    ] {
        assert_eq!(status(&foreign), 421, "{foreign}");
    }
    assert_eq!(classroom.raw(b"GET / HTTP/1.0\r\n\r\n").status, 421);
}

#[test]
fn a_page_of_another_site_is_refused() {
    let classroom = Classroom::open(&[]);
    let own = format!("http://127.0.0.1:{}", classroom.port);
    let body = json!({"begin": "月", "seed": 1}).to_string();
    let status =
        |headers: &[(&str, &str)]| classroom.request("POST", "/poem", headers, &body).status;
    assert_eq!(status(&[JSON, ("origin", &own)]), 200);
    for foreign in ["http://example.org", "null", "https://127.0.0.1", "http://127.0.0.1"] {
        assert_eq!(status(&[JSON, ("origin", foreign)]), 403, "{foreign}");
    }
    assert_eq!(status(&[JSON, ("sec-fetch-site", "cross-site")]), 403);
    // What a form of another site could send without being asked for its origin.
    assert_eq!(status(&[("content-type", "text/plain")]), 415);
    assert_eq!(status(&[]), 415);
}

#[test]
fn what_cannot_be_read_gets_its_status() {
    let classroom = Classroom::open(&[]);
    let long = json!({"begin": "月".repeat(30_000), "seed": 1}).to_string();
    assert_eq!(classroom.post("/poem", &long).status, 413);
    for broken in ["", "{", "[]", "null", "{\"begin\": 1}", "{\"begin\":\"月\",\"seed\":-1}"] {
        assert_eq!(classroom.post("/poem", broken).status, 400, "{broken}");
    }
    assert_eq!(classroom.post("/digit", r#"{"from":{"strokes":[]}}"#).status, 400);
    assert_eq!(classroom.post("/digit", r#"{"from":{"strokes":[[[1e39,0],[0,1]]]}}"#).status, 400);
    assert_eq!(classroom.post("/digit", r#"{"from":{"drawn":[10,1]}}"#).status, 400);
    assert_eq!(
        classroom.post("/thermometer", r#"{"seq_len":1000000,"forget_bias":1}"#).status,
        400
    );
    for path in [
        "/nothing",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "//etc/passwd",
        "/page/main.js",
        "/room.svg",
    ] {
        assert_eq!(classroom.get(path).status, 404, "{path}");
    }
    assert_eq!(classroom.get("/poem").status, 405);
    assert_eq!(classroom.post("/", "{}").status, 405);
    assert_eq!(classroom.raw(b"\x16\x03\x01\x02\x00").status, 400);
    assert_eq!(classroom.get("/").status, 200, "it goes on");
}

#[test]
fn markup_in_a_beginning_is_refused_as_text() {
    let classroom = Classroom::open(&[]);
    let asked = json!({"begin": "<img src=x onerror=alert(1)>", "seed": 1}).to_string();
    let reply = classroom.post("/poem", &asked);
    assert_eq!(reply.status, 400);
    assert!(reply.head.contains("content-type: application/json"));
    assert!(reply.body.contains("\"error\"") && reply.body.contains("<"), "{}", reply.body);
    assert!(!reply.body.contains("onerror"));
}

#[test]
fn without_the_code_nobody_gets_in_and_guessing_it_has_an_end() {
    let classroom = Classroom::open(&["--host"]);
    assert_eq!(classroom.get("/").status, 401);
    assert_eq!(classroom.get("/start").status, 401);
    let code = classroom.link.split("?code=").nth(1).unwrap();
    assert_eq!(code.len(), 16);
    let came = classroom.get(&format!("/?code={code}"));
    assert_eq!(came.status, 303);
    assert!(came.head.contains("httponly"));
    let cookie = format!("theme=dark; classroom={code}");
    let with_cookie = |path: &str| classroom.request("GET", path, &[("cookie", &cookie)], "");
    assert_eq!(with_cookie("/").status, 200);
    assert!(with_cookie("/room.svg").body.contains("<svg"));
    assert!(with_cookie("/start").body.contains(&classroom.link));

    let guess = |k: usize| match k % 2 {
        0 => classroom.get(&format!("/?code={k:016}")).status,
        _ => classroom.request("GET", "/", &[("cookie", &format!("classroom={k:016}"))], "").status,
    };
    let statuses: Vec<u16> = (0..1000).map(guess).collect();
    assert!(statuses[..20].iter().all(|&status| status == 403));
    assert!(statuses[20..].iter().all(|&status| status == 429));
    assert_eq!(classroom.get(&format!("/?code={code}")).status, 429, "the right one tells nothing");
}

#[test]
fn clients_that_send_half_a_request_keep_nobody_waiting() {
    let classroom = Classroom::open(&[]);
    let mut slow: Vec<_> = (0..200).map(|_| classroom.connect()).collect();
    for stream in &mut slow {
        stream.write_all(b"POST /poem HTTP/1.1\r\nhost: 127").unwrap();
    }
    assert_eq!(classroom.poem(&json!({"begin": "月", "seed": 1}))["given"], 1);
}

#[test]
fn a_port_that_is_taken_is_said_and_a_free_one_is_found_unasked() {
    let classroom = Classroom::open(&[]);
    let port = classroom.port.to_string();
    let second = Command::new(env!("CARGO_BIN_EXE_classroom"))
        .args(["--port", &port, "--lang", "en"])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(2));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.starts_with(&format!("port {port} cannot be used")), "{said}");
}
