//! What a kind of compiler error means, in plain words: those that a student of these exercises
//! meets.

use lstm_lessons::say;

use crate::cargo::CompileError;

/// One sentence, where we know the kind.
pub fn explained(error: &CompileError) -> Option<String> {
    match &error.code {
        Some(code) => of_types(code).or_else(|| of_names(code)).or_else(|| of_ownership(code)),
        None => of_syntax(&error.message),
    }
}

/// A value is not of the type that is needed.
fn of_types(code: &str) -> Option<String> {
    Some(match code {
        "E0308" => say!(
            "a value of one type stands where another type is needed; `expected` is what is \
             needed, `found` what you wrote. A `;` at the end of the last line gives `()`: leave \
             it out.",
            "需要一种类型的值，写出的却是另一种：expected 是需要的，found 是你写的。最后一行末尾若有 \
             `;`，得到的是 `()`，去掉分号即可。"
        ),
        "E0277" => say!(
            "two types do not go together here: a matrix and a vector (`b.unsqueeze()` makes a row of \
             the vector first), f32 and f64 (`x as f64`), or an index that is no usize.",
            "这里的两种类型不能一起用：矩阵与向量（先用 `b.unsqueeze()` 把向量变成一行），f32 与 f64（用 `x as f64`），或下标不是 usize。"
        ),
        "E0369" | "E0368" => say!(
            "these two cannot be added or multiplied by a sign; for a tensor use the method that \
             the comment names, and do not put `&` in front.",
            "这两个值不能用运算符直接相加、相乘；张量请用注释里给出的方法，前面不要写 `&`。"
        ),
        "E0600" | "E0614" => say!(
            "this sign cannot stand in front of such a value; for a tensor there is a method \
             (`a.neg()`).",
            "这种值前面不能写这个符号；张量有对应的方法（`a.neg()`）。"
        ),
        "E0061" | "E0057" => say!(
            "a function is called with too many or too few arguments; its head says which it has.",
            "调用函数时参数多了或少了；看函数的第一行，它说明要哪些。"
        ),
        "E0282" | "E0283" | "E0284" => say!(
            "the compiler cannot guess a type; write it, as in `let all: Vec<f32> = …`.",
            "编译器猜不出类型；请写明，例如 `let all: Vec<f32> = …`。"
        ),
        "E0689" => say!(
            "the compiler cannot tell which type this number has, so it knows no method of it; \
             write the type behind the number, as in `1.0_f64.exp()`.",
            "编译器不知道这个数是哪种类型，也就找不到它的方法；请在数后面写明类型，例如 \
             `1.0_f64.exp()`。"
        ),
        "E0106" => say!(
            "a type with `&` says nothing about how long the value lives; here you can do without \
             `&`.",
            "带 `&` 的类型没有说明值能存在多久；这里不需要 `&`，去掉即可。"
        ),
        "E0604" | "E0605" | "E0606" => say!(
            "`as` changes number types alone, and a reference is no number: write `*x as f64`.",
            "`as` 只能转换数的类型，引用不是数：写 `*x as f64`。"
        ),
        _ => return None,
    })
}

/// A name is not known, or not complete.
fn of_names(code: &str) -> Option<String> {
    Some(match code {
        "E0425" | "E0412" => say!(
            "there is no such name here: a typing error, or a `let` that ended with its braces.",
            "这里没有这个名字：可能拼错了，也可能它的 `let` 写在另一对花括号里。"
        ),
        "E0433" | "E0432" | "E0405" => say!(
            "a name before `::` or after `use` is not known; the `use` lines at the top of the \
             file have all that is needed.",
            "`::` 之前或 `use` 之后的名字找不到；文件开头的 `use` 已经包含所需的一切，请核对拼写。"
        ),
        "E0599" => say!(
            "this type has no method of that name; compare with the list in the comment, and look \
             at which type stands in front of the dot.",
            "这个类型没有这个方法；请对照注释里的列表，再看看点号前面是什么类型。"
        ),
        "E0063" => say!(
            "not all fields of the struct are filled in; the error names those that are missing.",
            "结构体的字段没有填全；错误信息里列出了缺少的字段。"
        ),
        "E0560" | "E0609" | "E0026" => say!(
            "there is no field of that name; the comment lists the fields.",
            "没有这个字段；注释里列出了全部字段。"
        ),
        "E0615" => say!("this is a method: write `()` after it.", "这是方法，后面要写 `()`。"),
        "E0423" | "E0618" | "E0574" => say!(
            "something is used as a function or a value that is none; look at its spelling and its \
             brackets.",
            "把不是函数（或不是值）的东西当成函数（或值）来用了；请看拼写和括号。"
        ),
        _ => return None,
    })
}

/// A value was moved, or is borrowed.
fn of_ownership(code: &str) -> Option<String> {
    Some(match code {
        "E0382" => say!(
            "a tensor (or Vec) is moved where it is used, and here it is used once more: write \
             `.clone()` at the earlier place.",
            "张量（或 Vec）用过一次就被移走了，这里却又用了一次：在前面那一处写 `.clone()`。"
        ),
        "E0507" => say!(
            "a part cannot be taken out of what is only borrowed: write `.clone()` behind it.",
            "借来的东西不能取走其中一部分：在后面写 `.clone()`。"
        ),
        "E0384" | "E0596" | "E0594" => say!(
            "what changes needs `mut`: write `let mut` where it is made.",
            "要改变的变量需要 `mut`：在定义它的地方写 `let mut`。"
        ),
        "E0499" | "E0502" | "E0505" | "E0506" => say!(
            "a value is changed or moved while something still looks at it: finish reading first, \
             or work on a `.clone()`.",
            "还有别处在看着这个值，它就被改变或移走了：先读完再改，或者改它的 `.clone()`。"
        ),
        "E0381" => say!("a variable is read before it has a value.", "变量还没有值就被读取了。"),
        "E0515" | "E0597" | "E0716" => say!(
            "a reference outlives the value to which it points: hand on the value itself, without \
             `&`.",
            "引用比它所指的值存在得更久：请直接交出值本身，不用 `&`。"
        ),
        _ => return None,
    })
}

/// The text is no Rust yet. Such errors have no number.
fn of_syntax(message: &str) -> Option<String> {
    let says = |words: &[&str]| words.iter().any(|word| message.contains(word));
    Some(match () {
        _ if says(&["unknown start of token", "looks like", "Unicode"]) => say!(
            "a full-width sign, such as （ ， ； “, is not Rust: type it again as ( , ; \".",
            "全角符号（如（ ， ； “）不是 Rust 的符号：请改用半角的 ( , ; \"。"
        ),
        _ if says(&["unclosed delimiter", "mismatched closing", "unexpected closing"]) => say!(
            "brackets do not match: each ( [ {{ needs its ) ] }}, in the right order.",
            "括号不配对：每个 ( [ {{ 都要有对应的 ) ] }}，次序也要对。"
        ),
        _ if says(&["expected `;`", "expected one of", "expected `,`"]) => say!(
            "a sign is missing just before the marked place, most often the `;` at the end of the \
             line before.",
            "标出的位置之前缺了一个符号，最常见的是上一行末尾的 `;`。"
        ),
        _ if says(&["cannot find macro"]) => say!(
            "there is no macro of that name; a function has no `!`.",
            "没有这个宏；普通函数后面不写 `!`。"
        ),
        _ if says(&["expected"]) => say!(
            "here the compiler expected something else; look at the sign just before the marked \
             place.",
            "编译器在这里等的是别的东西；请看标出位置之前的那个符号。"
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_students_meet_is_explained() {
        let error = |code: Option<&str>, message: &str| {
            let (code, message) = (code.map(String::from), message.to_string());
            explained(&CompileError { exercise: None, code, message, rendered: String::new() })
        };
        for code in
            ["E0308", "E0382", "E0425", "E0433", "E0599", "E0061", "E0106", "E0277", "E0689"]
        {
            assert!(error(Some(code), "").is_some(), "{code}");
        }
        for code in ["E0369", "E0502", "E0505", "E0063", "E0560", "E0384", "E0507", "E0282"] {
            assert!(error(Some(code), "").is_some(), "{code}");
        }
        let syntax = |message| error(None, message).unwrap_or_default();
        assert!(syntax("this file contains an unclosed delimiter").contains("brackets"));
        assert!(syntax("expected `;`, found `}`").contains("`;`"));
        assert!(syntax("unknown start of token: \\u{ff08}").contains("full-width"));
        assert_eq!(error(Some("E9999"), ""), None);
    }
}
