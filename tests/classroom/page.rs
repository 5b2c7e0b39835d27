//! The page itself.

use std::collections::BTreeSet;

use crate::client::Classroom;

/// All files that the page asks for, with their text.
fn files(classroom: &Classroom) -> Vec<(String, String)> {
    let (mut found, mut left) = (BTreeSet::new(), vec!["/".to_string()]);
    let mut files = vec![];
    while let Some(path) = left.pop() {
        if !found.insert(path.clone()) {
            continue;
        }
        let reply = classroom.get(&path);
        assert_eq!(reply.status, 200, "{path}");
        assert!(reply.head.contains("content-security-policy: default-src 'none'"), "{path}");
        assert!(reply.head.contains("x-content-type-options: nosniff"), "{path}");
        let named = reply.body.split('"').filter(|word| {
            word.starts_with('/') && [".js", ".css", ".svg"].iter().any(|end| word.ends_with(end))
        });
        left.extend(named.filter(|path| *path != "/room.svg").map(String::from));
        files.push((path, reply.body));
    }
    files
}

#[test]
fn every_file_of_the_page_is_served_and_asks_no_other_host() {
    let files = files(&Classroom::open(&[]));
    assert!(files.len() >= 14, "the modules were found: {}", files.len());
    for (path, text) in &files {
        let foreign = text.replace("http://www.w3.org/2000/svg", ""); // a name, not an address
        for scheme in ["http:", "https:", "ws:", "//cdn"] {
            assert!(!foreign.contains(scheme), "{path} names another host");
        }
        for danger in ["innerHTML", "eval(", "document.write", " onclick=\"", "style=\""] {
            assert!(!text.contains(danger), "{path} has {danger}");
        }
    }
}

#[test]
fn the_whole_page_weighs_less_than_300_kb() {
    let classroom = Classroom::open(&[]);
    let files: usize = files(&classroom).iter().map(|(_, text)| text.len()).sum();
    let start = classroom.get("/start").body.len();
    assert!(files + start < 300_000, "{files} and {start} bytes");
}

#[test]
fn every_sentence_of_the_page_stands_in_both_languages() {
    let html = Classroom::open(&[]).get("/").body;
    let pairs = html.matches("</span><span lang=\"zh\">").count();
    assert!(pairs > 25);
    assert_eq!(html.matches("<span lang=\"en\">").count(), pairs);
    assert_eq!(html.matches("<span lang=\"zh\">").count(), pairs);
    for label in html.split("data-label=\"").skip(1) {
        let label = label.split('"').next().unwrap();
        assert_eq!(label.split('|').count(), 2, "{label}");
    }
    let start: serde_json::Value =
        serde_json::from_str(&Classroom::open(&[]).get("/start").body).unwrap();
    for view in ["digit", "poem", "gates", "learn", "thermometer"] {
        let question = &start["questions"][view]["question"];
        assert!(question["en"].is_string() && question["zh"].is_string(), "{view}");
    }
}
