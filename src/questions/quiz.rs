//! The questions in the terminal: `lesson_rnn quiz`.

use std::{
    fmt,
    io::{BufRead, IsTerminal, stdin},
};

use super::{
    bank::{Lesson, Question, When, of_lesson, of_test, shuffled},
    sheet::{self, Sheet},
};
use crate::{
    say,
    shell::{
        ask,
        cli::out,
        error::{Error, Result},
        note,
        slides::{self, Slides},
        typed,
    },
};

/// The commands of every lesson, for lessons that have no other.
#[derive(clap::Subcommand, Clone, Debug)]
pub enum Command {
    /// Asks the questions of the lesson.
    #[command(about = about())]
    Quiz(Quiz),
    /// Draws all its pictures.
    #[command(about = slides::about())]
    Slides(Slides),
}

/// What `--help` says of the command.
pub fn about() -> String {
    say!(
        "the questions of this lesson, asked one by one, with the misconception behind each wrong \
         answer",
        "逐题提问本课的问题，并指出每个错误答案背后的误解"
    )
}

/// How many questions `--quick` asks.
const FEW: usize = 5;

/// The flags of the command.
#[derive(clap::Args, Clone, Debug)]
pub struct Quiz {
    #[arg(
        long, value_enum, value_name = "WHAT", num_args = 0..=1, require_equals = true,
        default_missing_value = "all", conflicts_with = "json",
        help = say!(
            "Print the questions for paper instead of asking them, and the answers after them; \
             --print=questions or --print=answers prints one of the two",
            "不提问，而是打印题目，后附答案；--print=questions 或 --print=answers 只打印其中一种"
        )
    )]
    print: Option<Sheet>,
    #[arg(long, value_enum, value_name = "WHEN", help = say!(
        "Ten questions on this half of the course (lessons 1 to 3, or 4 to 6), to be answered before \
         it or after it; nothing is said until the end",
        "就本课所在的半门课程（第 1～3 课或第 4～6 课）出十道题，用于课前或课后测验；答完才评分"
    ))]
    test: Option<When>,
    #[arg(long, value_name = "N", default_value_t = 1, help = say!(
        "Same seed, same order of the answers",
        "种子相同，答案的顺序相同"
    ))]
    seed: u64,
    #[arg(long, help = say!(
        "The questions as JSON, one object a line, in both languages; nothing is asked",
        "以 JSON 输出题目，每行一个对象，含两种语言；不提问"
    ))]
    json: bool,
    #[arg(long, help = say!("The first five questions alone", "只取前五题"))]
    quick: bool,
}

/// Why a quiz ends without a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nobody is there to answer.
    NoInput,
    /// The input ended at a question.
    Ended {
        /// The question, counted from 1.
        at: usize,
        /// How many there are.
        all: usize,
    },
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Kind::NoInput => say!(
                "there is no input to answer with; run quiz in a terminal, pipe a number a line \
                 into it, or print the questions with --print",
                "没有可读的输入；请在终端里运行 quiz，或从管道每行送入一个数，或用 --print 打印题目"
            ),
            Kind::Ended { at, all } => say!(
                "the input ended at question {at} of {all}; answer each with 1, 2, 3 or 4, or with \
                 an empty line, and stop with q",
                "输入在第 {at} 题（共 {all} 题）处结束；每题请输入 1、2、3 或 4，或空行；要提前结束请输入 q"
            ),
        })
    }
}

impl std::error::Error for Kind {}

impl Quiz {
    /// Asks, prints, or writes as JSON, the questions of `lesson`.
    ///
    /// # Errors
    /// A [`Kind`], or output that cannot be written.
    pub fn run(&self, lesson: Lesson) -> Result<()> {
        let mut questions = match self.test {
            Some(when) => of_test(lesson, when),
            None => of_lesson(lesson).into_iter().map(|question| (lesson, question)).collect(),
        };
        if self.quick {
            questions.truncate(FEW);
        }
        for (_, question) in &mut questions {
            *question = shuffled(question.clone(), self.seed);
        }
        if self.json {
            return questions.iter().try_for_each(|(lesson, question)| {
                out(&sheet::object(*lesson, question).to_string())
            });
        }
        match self.print {
            Some(what) => out(&sheet::sheet(&questions, what, self.seed)),
            None => self.ask_all(&questions),
        }
    }

    fn ask_all(&self, questions: &[(Lesson, Question)]) -> Result<()> {
        let piped = !stdin().is_terminal();
        if piped && stdin().lock().fill_buf().map_or(true, <[u8]>::is_empty) {
            return Err(Error::user(Kind::NoInput));
        }
        let (mut missed, mut asked) = (vec![], 0);
        for ((lesson, question), n) in questions.iter().zip(1..) {
            let all = questions.len();
            out(&say!("\nQuestion {n} of {all}\n", "\n第 {n} 题，共 {all} 题\n"))?;
            out(&format!("{}\n", sheet::asked("", question)))?;
            let typed = answer();
            if piped || typed == Answer::End {
                note(""); // nobody has pressed Enter
            }
            let chosen = match typed {
                Answer::Chosen(k) => Some(k),
                Answer::Unknown => None,
                Answer::Stop => break,
                Answer::End => return Err(Error::user(Kind::Ended { at: n, all })),
            };
            asked = n;
            let is_right = chosen.is_some_and(|k| question.answers[k - 1].right);
            if self.test.is_none() {
                out(&comment(*lesson, question, chosen))?;
            }
            if !is_right {
                missed.push((*lesson, question));
            }
        }
        out(&score(asked, &missed, self.seed))
    }
}

/// What is typed at a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    /// 1 to 4.
    Chosen(usize),
    /// "I do not know".
    Unknown,
    /// No more questions.
    Stop,
    /// The input has ended.
    End,
}

fn answer() -> Answer {
    loop {
        ask(say!(
            "1 to 4 (Enter: I do not know; q: stop here): ",
            "1～4（直接回车：不知道；q：到此结束）："
        ));
        let Some(line) = typed() else { return Answer::End };
        // Chinese keyboards may type full-width signs.
        match line.trim() {
            "" => return Answer::Unknown,
            "1" | "１" => return Answer::Chosen(1),
            "2" | "２" => return Answer::Chosen(2),
            "3" | "３" => return Answer::Chosen(3),
            "4" | "４" => return Answer::Chosen(4),
            "q" | "Q" | "ｑ" => return Answer::Stop,
            _ => note(say!(
                "Type 1, 2, 3 or 4, Enter alone, or q to stop.",
                "请输入 1、2、3 或 4，或直接回车；输入 q 结束。"
            )),
        }
    }
}

/// What is said of an answer: the misconception behind it, and why the right one is right.
fn comment(lesson: Lesson, question: &Question, chosen: Option<usize>) -> String {
    let Some((key, why)) = sheet::right(question) else { return String::new() };
    let why = why.text();
    let mut lines = vec![];
    match chosen {
        Some(k) if k == key => lines.push(say!("Right. {why}", "对。{why}")),
        Some(k) => {
            let because = question.answers[k - 1].because.text();
            lines.push(say!("No. {because}", "不对。{because}"));
            lines.push(say!("{key} is right. {why}", "应选 {key}。{why}"));
        }
        None => lines.push(say!("{key} is right. {why}", "应选 {key}。{why}")),
    }
    let place = sheet::place(lesson, question);
    lines.push(say!("({place})", "（{place}）"));
    lines.iter().map(|line| sheet::indented("", line)).collect::<Vec<_>>().join("\n")
}

/// How many were right, and the sections to read again, in their order.
fn score(all: usize, missed: &[(Lesson, &Question)], seed: u64) -> String {
    let right = all - missed.len();
    let mut lines = vec![say!(
        "\n{right} of {all} right. (The answers stood in the order of --seed {seed}; another number \
         makes another order.)",
        "\n{all} 题答对 {right} 题。（答案按 --seed {seed} 排列；换一个数，顺序就不同。）"
    )];
    if !missed.is_empty() {
        lines.push(say!("To read again:", "建议重读："));
    }
    let sections = missed.iter().map(|(lesson, question)| {
        let (page, section) = (lesson.page(), question.section.text());
        format!("  {page}: {section}")
    });
    let mut again: Vec<String> = sections.collect();
    again.dedup();
    lines.extend(again);
    lines.join("\n")
}
