//! The flags.

use clap::{Parser, Subcommand};
use lstm_lessons::{say, shell::say::Lang};

use crate::exercise::{ALL, Exercise};

#[derive(Parser)]
#[command(name = "exercises", version, about = say!(
    "The twelve exercises: which are solved, which comes next; `watch` checks every save.",
    "十二个练习：解出了哪些，下一个是哪个；watch 在每次保存后立即检查。"
))]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Read before clap reads anything, because clap's help speaks it.
    #[allow(dead_code)]
    #[arg(long, global = true, value_enum, value_name = "LANG", help = say!(
        "Language: en or zh [default: that of the locale]",
        "语言：en 或 zh [默认：系统语言]"
    ))]
    lang: Option<Lang>,
    /// Heeded where the command line is read.
    #[allow(dead_code)]
    #[arg(long, global = true, help = say!(
        "ASCII characters alone in the list [default: with TERM=dumb or a locale not in UTF-8]",
        "列表只用 ASCII 字符 [默认：TERM=dumb 或非 UTF-8 区域设置时]"
    ))]
    ascii: bool,
}

#[derive(Subcommand)]
pub enum Command {
    #[command(about = say!(
        "Check at every save, and go on to the next exercise once one is solved",
        "每次保存后立即检查，解出一个就转到下一个"
    ))]
    Watch {
        #[arg(value_parser = exercise, value_name = "NAME", help = say!(
            "The exercise to begin with [default: the first that is not solved]",
            "从哪个练习开始 [默认：第一个还没解出的]"
        ))]
        exercise: Option<&'static Exercise>,
    },
    #[command(about = say!("Check one exercise, or poem", "检查一个练习，或 poem"))]
    Check(Named),
    #[command(about = say!("How to begin, without the answer", "怎样下手（不含答案）"))]
    Hint(Named),
    #[command(about = say!(
        "The crate's own code with yours, once yours is right",
        "把课程的代码与你的对照显示；你的通过检查之后才能看"
    ))]
    Solution(Named),
    #[command(about = say!(
        "Back to the blank; what you wrote is kept in a file beside it",
        "恢复成空白；你写的内容保存在旁边的文件里"
    ))]
    Reset(Named),
}

#[derive(clap::Args)]
pub struct Named {
    #[arg(value_parser = exercise, value_name = "NAME", help = say!(
        "The name of the exercise, such as sigma, or its number",
        "练习的名字，如 sigma，或它的编号"
    ))]
    pub exercise: &'static Exercise,
}

/// The exercise of this name, number or file.
fn exercise(text: &str) -> Result<&'static Exercise, String> {
    let file = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let is_it = |exercise: &&Exercise| {
        exercise.name == text
            || exercise.number.is_some_and(|number| text.parse() == Ok(number))
            || exercise.blank.is_some_and(|(its, _)| file == its)
    };
    ALL.iter().find(is_it).ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|exercise| exercise.name).collect();
        let all = names.join(", ");
        let alike = |name: &&&str| strsim::jaro(name, &text.to_lowercase());
        let near = names.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)));
        match near.filter(|near| alike(near) > 0.7) {
            Some(near) => say!("did you mean {near}?", "你是不是想用 {near}？"),
            None => say!("the names: {all}", "名字有：{all}"),
        }
    })
}
