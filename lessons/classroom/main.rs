//! The classroom: the course on a page, for a projector and for phones.
//!
//! A browser asks, this program computes with the same trained cells as the lessons: `server.rs`
//! speaks HTTP, `guard.rs` says who may ask, `routes.rs` which question goes where; `digit.rs`,
//! `poem.rs` and `unit.rs` answer, `class` keeps what the class does together, `learn` trains. What
//! the browser shows lies in `page/` and is compiled in.

mod args;
mod assets;
mod class;
mod desk;
mod digit;
mod guard;
mod learn;
mod lock;
#[path = "../2_gradients/measured.rs"]
mod measured;
mod models;
mod plainly;
mod poem;
mod reply;
mod room;
mod routes;
mod seat;
mod server;
mod start;
mod unit;

use std::process::ExitCode;

use lstm_lessons::{
    say,
    shell::{
        self,
        cli::{self, out},
        error::Result,
    },
};

use crate::{args::Args, learn::Learning, models::Models, room::Room, server::Server};

fn main() -> ExitCode {
    cli::main_of(|args: Args| open(&args))
}

/// Opens the room and serves it until the program is stopped.
fn open(args: &Args) -> Result<()> {
    let device = args.common.device()?;
    let learning = Learning::new(args.run.as_deref(), &device)?;
    let models = Models::load(device)?;
    let (server, port) = Server::bind(args.address(), args.port)?;
    let room = match args.host {
        true => Room::with_code(room::own_address(), port),
        false => Room::of_one(port),
    };
    if args.host {
        shell::note(say!(
            "Everybody in this network who has the link can use this page. What they type is not \
             encrypted on its way, and is not kept.",
            "同一网络中凡有此链接者都能使用本页。输入的内容在传输中不加密，也不保存。"
        ));
        shell::note(room.qr_in_text());
    }
    out(&room.link())?;
    shell::note(say!("Ctrl-C stops it.", "按 Ctrl-C 停止。"));
    if args.open && open::that_detached(room.link()).is_err() {
        shell::note(say!(
            "No browser could be started; open the address above yourself.",
            "无法启动浏览器；请自行打开上面的地址。"
        ));
    }
    server.serve(models, room, learning)
}
