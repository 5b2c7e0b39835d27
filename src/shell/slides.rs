//! All pictures of a lesson in one folder, with a page that shows them one by one.
//!
//! Each is drawn by its own command, in a process of its own: what the page says beneath a picture is
//! how it was made.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    look::deck::{Page, deck, title_of},
    say,
    shell::{
        cli::out,
        error::{Error, Result},
        files, note, program,
        say::lang,
    },
};

/// What `--help` says of the command.
pub fn about() -> String {
    say!(
        "all pictures of this lesson in one folder, with a page that shows them one by one",
        "把本课的全部图画进一个文件夹，并附上逐幅放映的网页"
    )
}

/// The flags of the command.
#[derive(clap::Args, Clone, Debug)]
pub struct Slides {
    #[arg(value_name = "DIR", help = say!(
        "The folder for the pictures and their page, index.html",
        "存放各图与网页 index.html 的文件夹"
    ))]
    folder: PathBuf,
    #[arg(long, help = say!(
        "Smaller trainings and measurements of a few seconds, to see that everything works",
        "训练与测量都缩小到几秒钟，检查一切正常"
    ))]
    quick: bool,
}

/// A picture that a lesson can draw.
#[derive(Clone, Debug)]
pub struct Picture {
    /// The name of its file, without `.svg`.
    name: &'static str,
    /// What is typed after the name of the program.
    words: Vec<String>,
    /// What is typed after that to have it in a few seconds.
    quick: &'static str,
}

impl Picture {
    /// Drawn by these words (without spaces in them) and `--svg`.
    pub fn new(name: &'static str, words: &str) -> Self {
        let words = words.split_whitespace().map(String::from).collect();
        Self { name, words, quick: "" }
    }

    /// With these words too if it must be quick.
    pub fn or_quick(self, words: &'static str) -> Self {
        Self { quick: words, ..self }
    }

    /// With this path too.
    pub fn and(mut self, path: &Path) -> Self {
        self.words.push(path.display().to_string());
        self
    }

    /// With a flag and its value too, where there is a value.
    pub fn with(mut self, flag: &str, value: Option<&Path>) -> Self {
        if let Some(value) = value {
            self.words.extend([flag.to_string(), value.display().to_string()]);
        }
        self
    }
}

impl Slides {
    /// Draws the pictures of the lesson `name` on `device`, and writes their page.
    ///
    /// # Errors
    /// What the command of a picture refuses, or a folder that cannot be written.
    pub fn run(&self, name: &str, title: &str, pictures: Vec<Picture>, device: &str) -> Result<()> {
        let pages: Vec<Page> = pictures
            .into_iter()
            .map(|picture| self.draw(name, picture, device))
            .collect::<Result<_>>()?;
        let page = self.folder.join("index.html");
        files::write_whole(&page, deck(title, lang().name(), &pages).as_bytes())?;
        let page = page.display();
        out(&match pages.len() {
            1 => say!(
                "1 picture; open this page in a browser:\n{page}",
                "共 1 幅图；请用浏览器打开这个网页：\n{page}"
            ),
            count => say!(
                "{count} pictures; open this page in a browser (→ and ← step, printing makes a page \
                 of each):\n{page}",
                "共 {count} 幅图；请用浏览器打开这个网页（→ 与 ← 翻页，打印时一幅一页）：\n{page}"
            ),
        })
    }

    fn draw(&self, name: &str, mut picture: Picture, device: &str) -> Result<Page> {
        if self.quick {
            picture.words.extend(picture.quick.split_whitespace().map(String::from));
        }
        let file = format!("{}.svg", picture.name);
        let path = self.folder.join(&file);
        let this = std::env::current_exe().map_err(|e| Error::ours(e.to_string()))?;
        let mut child = Command::new(this);
        child.args(&picture.words).args(["--device", device]).arg("--svg").arg(&path);
        child.args(["--lang", lang().name()]);
        let drawn = child.stdin(Stdio::null()).stdout(Stdio::null()).output();
        let drawn = drawn.map_err(|e| Error::ours(e.to_string()))?;
        if !drawn.status.success() {
            let said = String::from_utf8_lossy(&drawn.stderr);
            let why = said.lines().last().unwrap_or_default();
            return Err(Error::user(say!("no {file}: {why}", "没有画出 {file}：{why}")));
        }
        let svg = files::read_whole(&path)?;
        let title = title_of(&String::from_utf8_lossy(&svg)).unwrap_or_default();
        note(format!("{file}  {title}"));
        let words: Vec<String> = picture.words.iter().map(|word| quoted(word)).collect();
        let command = format!("{} {} --svg {file}", program(name), words.join(" "));
        Ok(Page { file, title, command: command.replace("  ", " ") })
    }
}

/// As a shell reads it as one word.
fn quoted(word: &str) -> String {
    match word.contains([' ', '\'', '"', '$', '&', ';', '(', '\\']) {
        true => format!("'{}'", word.replace('\'', r"'\''")),
        false => word.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_with_a_space_is_typed_in_quotes() {
        assert_eq!(quoted("runs/mnist"), "runs/mnist");
        assert_eq!(quoted("my runs/it's"), r"'my runs/it'\''s'");
    }
}
