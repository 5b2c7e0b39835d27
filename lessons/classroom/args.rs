//! The flags.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use clap::Parser;
use lstm_lessons::{say, shell::cli::Common};

#[derive(Parser)]
#[command(name = "classroom", version, about = say!(
    "The course on a page: draw a digit, fork a poem, turn the gates.",
    "网页课堂：手写数字、改写诗句、调节三个门。"
))]
pub struct Args {
    #[arg(long, help = say!(
        "Let the phones of the room in, too: with the link that is printed, as a QR code as well",
        "让教室里的手机也能访问：凭打印出的链接或二维码"
    ))]
    pub host: bool,
    #[arg(long, value_name = "N", help = say!(
        "The port [default: 7878, or a free one where that is taken]",
        "端口 [默认：7878，若被占用则另选空闲端口]"
    ))]
    pub port: Option<u16>,
    #[arg(long, help = say!("Open the page in the browser", "在浏览器中打开"))]
    pub open: bool,
    #[arg(long, value_name = "DIR", help = say!(
        "Show the training in this run folder of lesson_mnist or lesson_poems, live",
        "显示 lesson_mnist 或 lesson_poems 的这个训练文件夹，随训练更新"
    ))]
    pub run: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

impl Args {
    /// Where the program listens: on this machine alone, unless the room is let in.
    pub fn address(&self) -> IpAddr {
        IpAddr::V4(if self.host { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST })
    }
}
