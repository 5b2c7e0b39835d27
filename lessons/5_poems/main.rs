//! Lesson 5: learn Tang poems character by character, then write new ones.

mod bugs;
mod cells;
mod compare;
mod corpus;
mod evaluate;
mod figures;
mod growth;
mod neighbors;
mod poets;
mod quality;
mod recipe;
mod rhymes;
mod sampling;
mod show;
mod train;
mod tunes;
mod write;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use lstm_lessons::{
    kernel::Kernel,
    questions::{self, Lesson},
    say,
    shell::{
        cli::{self, Common},
        slides::{self, Picture, Slides},
    },
    training::{
        device::DeviceList,
        losses::{self, LossesArgs},
    },
};

/// The flags of the lesson; without a command it writes poems.
#[derive(Parser)]
#[command(name = "lesson_poems", version, about = say!(
    "An LSTM that has read Tang poems writes new ones, character by character.",
    "读过唐诗的 LSTM，一个字一个字地写新诗。"))]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    write: write::Write,
    #[command(flatten)]
    bugs: bugs::Bugs,
    #[arg(long, global = true, value_enum, default_value = "fused", help = say!(
        "the equations tensor by tensor, or as one operation",
        "逐张量计算公式，或合成一个运算"
    ))]
    kernel: Kernel,
    #[command(flatten)]
    common: Common,
}

impl Args {
    /// The device of the model, which a list of devices decides, too.
    fn with_home(mut self) -> Self {
        let devices = match &self.command {
            Some(Command::Train(train)) => Some(&train.devices),
            Some(Command::Resume { devices, .. }) => Some(devices),
            _ => None,
        };
        if let Some(home) = devices.and_then(DeviceList::home) {
            self.common.device = home.into();
        }
        self
    }
}

#[derive(Subcommand)]
enum Command {
    #[command(about = say!("train a model on a corpus", "用语料训练模型"))]
    Train(train::Train),
    #[command(about = say!("go on with a training that was stopped", "继续被中断的训练"))]
    Resume {
        #[arg(help = say!("the run folder", "训练的文件夹"))]
        run: PathBuf,
        #[arg(long, help = say!("Burn's own dashboard", "Burn 自带的仪表盘"))]
        dashboard: bool,
        #[command(flatten)]
        devices: DeviceList,
    },
    #[command(about = say!(
        "what a corpus holds, and what was rejected",
        "语料里有什么，剔除了什么"
    ))]
    Corpus(corpus::CorpusArgs),
    #[command(about = say!("measure a model on poems it was not trained on", "用未训练过的诗评估模型"))]
    Evaluate(evaluate::Evaluate),
    #[command(about = say!("the epochs of a training side by side", "并列比较一次训练的各轮"))]
    Compare(compare::Compare),
    #[command(about = say!(
        "how a model grew: its epochs, and what it wrote after each",
        "模型如何成长：各轮的数值，以及每轮之后写的诗"
    ))]
    Growth(growth::GrowthArgs),
    #[command(about = say!(
        "an RNN, a GRU and an LSTM trained alike, side by side",
        "同样训练 RNN、GRU 与 LSTM，并列比较"
    ))]
    Cells(cells::Cells),
    #[command(about = say!(
        "the characters that are most like another to a model",
        "模型认为与某个字相近的字"
    ))]
    Neighbors(neighbors::NeighborsArgs),
    #[command(about = say!(
        "pictures: a batch, a poem through every stage, gates, units, temperatures",
        "看图：一个批量、一首诗的全过程、门、单元、温度"
    ))]
    Show(show::Show),
    #[command(about = say!(
        "keep a trained model alone, in half the size",
        "只保留训练好的模型，大小减半"
    ))]
    Pack {
        #[arg(help = say!("the run folder", "训练的文件夹"))]
        run: PathBuf,
        #[arg(long, help = say!("the folder for the model", "存放模型的文件夹"))]
        to: PathBuf,
    },
    #[command(about = say!(
        "the poets that a model knows, and how to teach it some",
        "模型认识的诗人，以及怎样教它认识诗人"
    ))]
    Poets(poets::PoetsArgs),
    #[command(about = say!("the tunes that the model of lyrics knows", "词模型认识的词牌"))]
    Tunes(tunes::Tunes),
    #[command(about = losses::about())]
    Losses(LossesArgs),
    #[command(about = questions::quiz::about())]
    Quiz(questions::Quiz),
    #[command(about = slides::about())]
    Slides(Slides),
    #[command(hide = true, about = say!(
        "make the table of rhymes anew from its sources",
        "由原始资料重新生成韵表"
    ))]
    DeriveRhymes(rhymes::DeriveRhymes),
}

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let args = args.with_home();
        let device = args.common.device()?;
        match args.command {
            None if let Some(asked) = args.bugs.bug => {
                let (begin, seed) =
                    (args.write.begin.as_deref().unwrap_or("月"), args.write.seed.unwrap_or(1));
                let setting =
                    bugs::Setting { quick: args.bugs.quick, begin, seed, device: &device };
                bugs::run(asked, &setting, args.write.json)
            }
            None => write::run(&args.write, args.kernel, &device),
            Some(Command::Train(train)) => train::run(&train, args.kernel, &device),
            Some(Command::Resume { run, dashboard, devices }) => {
                train::resume(&run, dashboard, &devices, &device)
            }
            Some(Command::Corpus(corpus)) => corpus::run(&corpus),
            Some(Command::Evaluate(evaluate)) => evaluate::run(&evaluate, &device),
            Some(Command::Compare(compare)) => compare::run(&compare, &device),
            Some(Command::Neighbors(neighbors)) => neighbors::run(&neighbors, &device),
            Some(Command::Poets(poets)) => poets::run(&poets, &device),
            Some(Command::Tunes(tunes)) => tunes::run(&tunes, &device),
            Some(Command::Losses(losses)) => losses.show(&compare::unit()),
            Some(Command::Slides(slides)) => {
                let title = say!("Lesson 5: a model of Tang poems", "第 5 课：唐诗模型");
                slides.run("lesson_poems", &title, pictures(), &args.common.device)
            }
            Some(Command::Quiz(quiz)) => quiz.run(Lesson::Poems),
            Some(Command::Growth(growth)) => growth::run(&growth, &device),
            Some(Command::Cells(cells)) => cells::run(&cells, args.kernel, &device),
            Some(Command::Pack { run, to }) => growth::pack(&run, &to, &device),
            Some(Command::Show(show)) => show::run(&show, args.kernel, &device),
            Some(Command::DeriveRhymes(derive)) => rhymes::run(&derive),
        }
    })
}

/// From a line of text to a poem, by the model that ships.
fn pictures() -> Vec<Picture> {
    let poem = "床前明月光，疑是地上霜。举头望明月，低头思故乡。";
    vec![
        Picture::new("batch", "show batch"),
        Picture::new("batch-in-buckets", "show batch --buckets --batch-size 64 --batch 2"),
        Picture::new("pipeline", &format!("show pipeline --text 静夜思:{poem}")),
        Picture::new("gates", &format!("show gates --text {poem}")),
        Picture::new("neuron", "show neuron").or_quick("--poems 20"),
        Picture::new("temperature", "show temperature").or_quick("--count 2"),
        Picture::new("growth", "growth"),
    ]
}
