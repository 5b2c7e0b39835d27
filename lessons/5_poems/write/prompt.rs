//! The prompt: where neither the flags nor a pipe say how the poem begins.

use lstm_lessons::{
    poems::{
        text::vocab::Vocab,
        write::beginning::{Beginning, Kind},
    },
    say,
    shell::{
        self,
        error::{Error, Result},
        note, program, typed,
    },
};

/// Asks for the first character, as the course does, until it gets one that the model knows. An empty
/// line leaves it to the model: not every keyboard has Chinese.
pub fn ask(vocab: &Vocab) -> Result<Beginning> {
    loop {
        shell::ask(say!(
            "First character (Enter: the model chooses): ",
            "请输入第一个字（直接回车由模型选）："
        ));
        let Some(typed) = typed() else {
            note(""); // nobody has pressed Enter
            let poems = program("lesson_poems");
            return Err(Error::user(say!(
                "nothing was typed; Enter alone lets the model choose, and this begins with the \
                 moon: {poems} --begin 月",
                "没有输入；直接回车可由模型选字，也可以指定开头：{poems} --begin 月"
            )));
        };
        if typed.trim().is_empty() {
            return Ok(Beginning::default());
        }
        match Beginning::parse(&typed, vocab) {
            Ok(begin) => return Ok(begin),
            Err(error) => note(at_the_prompt(&error)),
        }
    }
}

/// What is wrong with what was typed, with what to type here: no flag is.
fn at_the_prompt(error: &Error) -> String {
    match error.kind() {
        Some(Kind::NotChinese(c)) => say!(
            "Poems are written in Chinese characters, and \"{c}\" is none; type or paste one, such \
             as 月 (the moon), or press Enter alone.",
            "诗用汉字写成，而“{c}”不是汉字；请输入汉字，例如 月，或直接回车。"
        ),
        _ => error.to_string(),
    }
}
