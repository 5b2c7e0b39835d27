//! What the library says of a poem that cannot be written, as the page says it.

use lstm_lessons::{
    poems::write::{beginning, compose},
    say,
    shell::error::Error,
};

use crate::reply::Refusal;

/// An error without the flags of the command line, which the page has not.
pub fn said_plainly(error: Error) -> Refusal {
    use beginning::Kind as Begin;
    use compose::Kind as Rule;
    match (error.kind::<Begin>(), error.kind::<Rule>()) {
        (Some(Begin::NotChinese(c)), _) => Refusal::bad(|| {
            say!(
                "Poems are written in Chinese characters, and \"{c}\" is none; begin with one, e.g. 月.",
                "诗用汉字写成，而“{c}”不是汉字；请以汉字开头，例如 月。"
            )
        }),
        (_, Some(Rule::LineLength { form, line, has })) => Refusal::bad(|| {
            let (name, characters) = (form.name(), form.characters());
            say!(
                "Line {line} of the beginning has {has} characters, a line of {name} has {characters}.",
                "开头的第 {line} 行有 {has} 字，{name} 每行 {characters} 字。"
            )
        }),
        (_, Some(Rule::NoPattern { form, begin })) => Refusal::bad(|| {
            let name = form.name();
            say!(
                "No tone pattern of {name} begins with {begin}; choose another beginning, or no tones.",
                "{name} 没有以“{begin}”开头的平仄格式；请换一个开头，或不要求平仄。"
            )
        }),
        (_, Some(Rule::NoRhyme)) => Refusal::bad(|| {
            say!(
                "The ends of these lines leave no rhyme; shorten the beginning, or ask for none.",
                "所给诗行的韵脚使模型无韵可押；请缩短开头，或不要求押韵。"
            )
        }),
        _ => error.into(),
    }
}
