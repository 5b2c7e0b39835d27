//! `solution`: the crate's own code beside the student's, once that is right.

use lstm_lessons::{
    look::{beside, shown::columns, visible_width},
    say,
    shell::{
        cli::out,
        error::{Error, Result},
    },
};

use crate::{
    cargo::{Build, build},
    check::{Found, check},
    exercise::Exercise,
    folder::Folder,
    verdict::{command, compile_errors},
};

/// Where the crate does the same: a file, and how the function begins there.
fn places(exercise: &Exercise) -> &'static [(&'static str, &'static str)] {
    match exercise.name {
        "sigma" => &[("src/demos/gradients/half_life.rs", "pub fn sigmoid(")],
        "rnn" => &[("src/cell/rnn.rs", "fn step(")],
        "update" => &[("src/cell/lstm.rs", "pub fn update(")],
        "gates" => &[("src/cell/lstm.rs", "pub fn gates(")],
        "sequence" => &[("src/cell/recurrent.rs", "fn sequence(")],
        "stack" => &[("src/cell/stack.rs", "pub fn forward(")],
        "choose" => &[("src/poems/write/choose.rs", "pub(super) fn pick_allowed(")],
        "shift" => &[("src/poems/batch.rs", "pub fn shift(")],
        "pad" => &[("src/poems/batch.rs", "pub fn of(")],
        "loss" => {
            &[("src/poems/model.rs", "fn ln_p("), ("src/poems/model.rs", "pub fn loss_after(")]
        }
        "clip" => &[("src/training/clip.rs", "pub fn clip_global_norm")],
        "train" => &[("src/poems/model.rs", "fn step("), ("src/poems/model.rs", "fn optimize(")],
        _ => &[],
    }
}

/// What the crate's code has besides.
fn remark(exercise: &Exercise) -> Option<String> {
    Some(match exercise.name {
        "sigma" => say!(
            "This is σ of one number, for the half-lives of lesson 2; of a tensor the gates take Burn's own \
             `sigmoid`, which does what yours does.",
            "这是对一个数的 σ，第 2 课用它算半衰期；对张量，门直接用 Burn 自带的 `sigmoid`，与你写的做同样的事。"
        ),
        "choose" => say!(
            "It has top-k, top-p and a temperature for punctuation besides.",
            "它还有 top-k、top-p 和标点的温度。"
        ),
        "pad" => say!("It makes the whole batch at once.", "它一次做好整个批量。"),
        "loss" => say!(
            "Without kernels, the first branch; the kernels do the same in one operation.",
            "不用核函数时走第一个分支；核函数用一个运算做同样的事。"
        ),
        "clip" => say!(
            "For all parameters of a model, which it visits one by one.",
            "对模型的全部参数逐个访问。"
        ),
        _ => return None,
    })
}

pub fn solution(folder: &Folder, exercise: &Exercise) -> Result<()> {
    let label = exercise.label();
    let Some((file, _)) = exercise.blank else {
        return Err(Error::user(say!(
            "poem has no solution: there is nothing to write",
            "poem 没有答案：这里不用写代码"
        )));
    };
    let solved = match build(folder)? {
        Build::Checks(checks) => check(folder, &checks, exercise, &|| false)?,
        Build::Errors(errors) => {
            out(&format!("\n{}\n", compile_errors(&errors, Some(exercise))))?;
            Found::Stopped
        }
    };
    if !matches!(solved, Found::Right(_)) {
        let hint = command(&format!("hint {}", exercise.name));
        return Err(Error::user(say!(
            "{label} is not solved yet; the crate's own code is shown with yours once yours is \
             right; for a hint: {hint}",
            "{label} 还没有解出；等你的通过检查，就会把课程的代码显示在旁边；要提示请用：{hint}"
        )));
    }
    let yours = String::from_utf8_lossy(&folder.text(exercise).unwrap_or_default()).into_owned();
    let yours = format!("{}\n\n{}", say!("yours: {file}", "你的：{file}"), without_comment(&yours));
    let crates: Vec<String> =
        places(exercise).iter().filter_map(|(file, begin)| excerpt(folder, file, begin)).collect();
    let crates = crates.join("\n\n");
    out(&match visible(&yours) + 4 + visible(&crates) <= columns() {
        true => format!("\n{}", beside(&yours, &crates, 4)),
        false => format!("\n{yours}\n\n{crates}"),
    })?;
    remark(exercise).map_or(Ok(()), |remark| out(&format!("\n{remark}")))
}

fn visible(block: &str) -> usize {
    block.lines().map(visible_width).max().unwrap_or(0)
}

/// The student's code without the text of the exercise.
fn without_comment(text: &str) -> String {
    let is_comment = |line: &&str| line.starts_with("///") || line.starts_with("//!");
    let lines: Vec<&str> = text.lines().filter(|line| !is_comment(line)).collect();
    lines.join("\n").trim().to_string()
}

/// The function of `file` that begins with `begin`, under a line that says where it stands.
fn excerpt(folder: &Folder, file: &str, begin: &str) -> Option<String> {
    let source = std::fs::read_to_string(folder.root().join(file)).ok()?;
    let (line, code) = function(&source, begin)?;
    Some(format!("{}\n\n{code}", say!("the crate's: {file}:{line}", "课程的：{file}:{line}")))
}

/// The first function whose head begins with `begin`, with its line (from 1): as the source is
/// formatted, up to the brace under its first letter.
fn function(source: &str, begin: &str) -> Option<(usize, String)> {
    let lines: Vec<&str> = source.lines().collect();
    let first = lines.iter().position(|line| line.trim_start().starts_with(begin))?;
    let margin = lines[first].len() - lines[first].trim_start().len();
    let end = format!("{}}}", " ".repeat(margin));
    let last = first + lines[first..].iter().position(|line| *line == end)?;
    let code = lines[first..=last].iter().map(|line| line.get(margin..).unwrap_or_default());
    Some((first + 1, code.collect::<Vec<_>>().join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::blanks;

    #[test]
    fn the_crate_has_a_function_for_every_exercise() {
        let folder = Folder::find().expect("the repository is here");
        for exercise in blanks() {
            assert!(!places(exercise).is_empty(), "{}", exercise.name);
            for (file, begin) in places(exercise) {
                let code = excerpt(&folder, file, begin);
                assert!(code.is_some_and(|code| code.lines().count() > 3), "{file}: {begin}");
            }
        }
    }

    #[test]
    fn a_function_ends_at_its_own_brace() {
        let source = "impl X {\n    fn a() {\n        if b {\n            c\n        }\n    }\n}\n";
        let code = "fn a() {\n    if b {\n        c\n    }\n}";
        assert_eq!(function(source, "fn a("), Some((2, code.to_string())));
        assert_eq!(function(source, "fn b("), None);
    }
}
