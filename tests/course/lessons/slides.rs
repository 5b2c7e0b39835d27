//! `slides`: every picture of every lesson in both languages, and what any picture must be.

use std::{collections::HashMap, fs, path::Path};

use lstm_lessons::look::visible_width;
use svg::{
    node::Attributes,
    parser::{Event, Parser},
};

use super::lesson_in;

const LESSONS: [(&str, usize); 7] = [
    (env!("CARGO_BIN_EXE_lesson_rnn"), 1),
    (env!("CARGO_BIN_EXE_lesson_gradients"), 5),
    (env!("CARGO_BIN_EXE_lesson_lstm"), 3),
    (env!("CARGO_BIN_EXE_lesson_mnist"), 5),
    (env!("CARGO_BIN_EXE_lesson_poems"), 7),
    (env!("CARGO_BIN_EXE_lesson_speed"), 3),
    (env!("CARGO_BIN_EXE_lesson_scale"), 3),
];
const MNIST: &str = env!("CARGO_BIN_EXE_lesson_mnist");
const SPEED: &str = env!("CARGO_BIN_EXE_lesson_speed");

/// A text of a picture: what it says, and from where to where it may reach.
struct Words {
    said: String,
    reach: (f64, f64),
    baseline: f64,
}

fn number(attributes: &Attributes, name: &str) -> f64 {
    attributes[name].parse().unwrap_or_else(|_| panic!("{name} in {attributes:?}"))
}

/// A text at least as wide as any font sets it: a Han character a square, others 0.6 of one.
fn words(attributes: &Attributes, text: &str) -> Words {
    let said = text.trim().replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let width = |c: char| if visible_width(&c.to_string()) > 1 { 1.0 } else { 0.6 };
    let wide = number(attributes, "font-size") * said.chars().map(width).sum::<f64>();
    let x = number(attributes, "x");
    let left = match &*attributes["text-anchor"] {
        "start" => x,
        "middle" => x - wide / 2.0,
        _ => x - wide,
    };
    Words { said, reach: (left, left + wide), baseline: number(attributes, "y") }
}

/// Holds a picture to everything that is promised of all.
fn check(name: &str, picture: &str) {
    let (mut open, mut texts, mut classes) = (Vec::new(), Vec::new(), HashMap::new());
    let (mut size, mut title, mut style, mut attributes_of_text) = (None, None, None, None);
    for event in Parser::new(picture) {
        match event {
            Event::Error(error) => panic!("{name}: {error}"),
            Event::Tag(tag, kind, attributes) => {
                use svg::node::element::tag::Type;
                match kind {
                    Type::Start => open.push(tag.to_string()),
                    Type::End => assert_eq!(open.pop().as_deref(), Some(tag), "{name}"),
                    Type::Empty => {}
                }
                if let ("svg", Type::Start) = (tag, kind) {
                    let sides = attributes["viewBox"].split([' ', ',']).skip(2);
                    size = Some(sides.map(|side| side.parse().unwrap()).collect::<Vec<f64>>());
                }
                if let Some(class) = attributes.get("class") {
                    *classes.entry(class.to_string()).or_insert(0) += 1;
                }
                attributes_of_text = Some(attributes);
            }
            Event::Text(text) => match open.last().map(String::as_str) {
                Some("title") => title = Some(text.trim().to_string()),
                Some("style") => style = Some(text.to_string()),
                Some("text") => texts.push(words(attributes_of_text.as_ref().unwrap(), text)),
                _ => assert_eq!(text.trim(), "", "{name}"),
            },
            _ => {}
        }
    }
    assert!(open.is_empty(), "{name}: {open:?} is left open");
    let bare = |c: char| c.is_control() && c != '\n';
    assert_eq!(
        picture.find(bare).or(picture.find("NaN")).or(picture.find("\"inf")),
        None,
        "{name}"
    );

    let size = size.expect("a viewBox");
    assert!(size[0] <= 1600.0 && size[1] <= 1200.0, "{name}: {size:?}");
    let title = title.unwrap_or_default();
    assert!(
        !title.is_empty()
            && texts.iter().any(|text| text.said.contains(&title.replace("&lt;", "<"))),
        "{name}: {title}"
    );
    assert!(classes.contains_key("tick") || classes.contains_key("legend"), "{name}: {classes:?}");
    both_schemes(name, picture, &style.unwrap_or_default());
    for Words { said, reach, baseline } in &texts {
        let inside = reach.0 >= 0.0 && reach.1 <= size[0] && (0.0..size[1]).contains(baseline);
        assert!(inside, "{name}, {size:?}: {said:?} reaches from {reach:?} at {baseline}");
    }
}

/// Every colour of the picture has another where the screen is dark.
fn both_schemes(name: &str, picture: &str, style: &str) {
    assert!(style.contains("@media (prefers-color-scheme: dark)"), "{name}: {style}");
    let body = picture.split_once("</style>").expect("a style").1;
    for attribute in ["fill", "stroke"] {
        let begin = format!(" {attribute}=\"");
        let used = body.split(&begin).skip(1);
        for color in used.filter_map(|rest| rest.split('"').next()).filter(|color| *color != "none")
        {
            let rule = format!("[{attribute}=\"{color}\"]{{{attribute}:#");
            assert!(style.contains(&rule), "{name}: {color} stays as it is in the dark");
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).to_string()
}

/// Runs `slides` and holds its pictures and its page to what is promised.
fn slides(folder: &Path, binary: &str, count: usize, flags: &[&str]) -> String {
    let ran = lesson_in(folder, binary, &[&["slides", "deck", "--quick"], flags].concat());
    assert!(ran.status.success(), "{binary}: {}", text(&ran.stderr));
    let said = text(&ran.stdout);
    assert!(said.contains(&count.to_string()) && said.contains("deck/index.html"), "{said}");
    let page = fs::read_to_string(folder.join("deck/index.html")).unwrap();
    let pictures: Vec<&str> =
        page.split("<img src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(pictures.len(), count, "{binary}");
    for name in &pictures {
        let picture = fs::read_to_string(folder.join("deck").join(name)).unwrap();
        check(&format!("{binary} {name} {flags:?}"), &picture);
        assert!(page.contains(&format!(" --svg {name}</code>")), "{name} has its command beneath");
    }
    for part in ["@media print", "prefers-color-scheme: dark", "ArrowRight", "</html>"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("http"), "it asks for nothing outside");
    page
}

#[test]
fn every_picture_of_every_lesson_can_be_read_in_both_languages_light_and_dark() {
    let folder = tempfile::tempdir().unwrap();
    for lang in ["en", "zh"] {
        // What lesson 6 draws it must measure first: once here, once below.
        for (binary, count) in LESSONS.into_iter().filter(|&of| lang == "zh" || of.0 != SPEED) {
            let page = slides(folder.path(), binary, count, &["--lang", lang]);
            assert!(page.contains(&format!("<html lang=\"{lang}\">")));
            let chinese = page.split("alt=\"").nth(1).unwrap().split('"').next().unwrap();
            assert_eq!(chinese.chars().any(|c| c >= '\u{4e00}'), lang == "zh", "{chinese}");
        }
    }
}

#[test]
fn pictures_of_longer_work_can_be_read_too() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        lesson_in(folder.path(), MNIST, &["--quick", "--run", "run", "--svg", "confusion.svg"]);
    assert!(run.status.success(), "{}", text(&run.stderr));
    for lang in ["en", "zh"] {
        for command in ["orders", "cells"] {
            let run = format!("{command}-{lang}"); // a folder that is taken is refused
            let flags = [command, "--quick", "--lang", lang, "--run", &run, "--svg", "three.svg"];
            assert!(lesson_in(folder.path(), MNIST, &flags).status.success());
            check(command, &fs::read_to_string(folder.path().join("three.svg")).unwrap());
        }
        for flags in [&["--work", "mnist"][..], &["--scale", "--threads", "1"]] {
            let flags = [flags, &["--quick", "--lang", lang, "--svg", "speed.svg"]].concat();
            assert!(lesson_in(folder.path(), SPEED, &flags).status.success());
            check("speed", &fs::read_to_string(folder.path().join("speed.svg")).unwrap());
        }
        // A training of one's own has its losses among the pictures.
        let page = slides(folder.path(), MNIST, 6, &["--lang", lang, "--run", "run"]);
        assert!(page.contains("losses run --svg losses.svg"), "{page}");
    }
    check("confusion", &fs::read_to_string(folder.path().join("confusion.svg")).unwrap());
    let losses = lesson_in(folder.path(), MNIST, &["losses", "run", "--json"]);
    assert_eq!(text(&losses.stdout).lines().count(), 3, "an object an epoch");
}

#[test]
fn what_cannot_be_drawn_is_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "a file").unwrap();
    let in_a_file = lesson_in(folder.path(), LESSONS[2].0, &["slides", "taken"]);
    let no_run =
        lesson_in(folder.path(), MNIST, &["slides", "deck", "--quick", "--run", "nowhere"]);
    let no_losses = lesson_in(folder.path(), MNIST, &["losses", "nowhere"]);
    for (refused, word) in [(in_a_file, "taken"), (no_run, "nowhere"), (no_losses, "nowhere")] {
        let said = text(&refused.stderr);
        assert_eq!(refused.status.code(), Some(2), "{said}");
        assert!(said.lines().count() == 1 && said.contains(word), "{said}");
    }
}
