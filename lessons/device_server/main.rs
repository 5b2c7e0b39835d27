//! Lends a device of this machine: lessons on other machines compute on it with
//! `--device remote:ws://TOKEN@HOST:PORT`.
//!
//! The server is Burn's own. A client sends it operations on tensors, one after the other, and reads
//! back what it asks for; what a model is, the server never learns.

use std::{
    net::{SocketAddr, TcpListener},
    process::ExitCode,
};

use burn::server::{
    AuthorizationRequest, PeerAuthorizer, RemoteServer, TokenAuthorizer, WebSocketTransport,
};
use clap::Parser;
use lstm_lessons::{
    say,
    shell::{
        self,
        cli::{self, Common, out},
        error::{Error, Result},
        program,
    },
    training::device::without_token,
};
use rand::RngExt;
use tokio::runtime::Runtime;

#[derive(Parser)]
#[command(name = "device_server", version, about = say!(
    "Lends a device of this machine to lessons on other machines.",
    "把本机的设备借给其他机器上的课程。"))]
struct Args {
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:3000", help = say!(
        "Where to listen; 127.0.0.1 is reached from this machine alone, 0.0.0.0 from everywhere",
        "监听的地址；127.0.0.1 只有本机可达，0.0.0.0 则处处可达"
    ))]
    listen: SocketAddr,
    #[arg(long, value_name = "TOKEN", value_parser = token, help = say!(
        "What a client must show, at least 8 letters and digits [default: drawn at random]",
        "客户端须出示的令牌，至少 8 个字母或数字 [默认：随机生成]"
    ))]
    token: Option<String>,
    #[command(flatten)]
    common: Common,
}

fn main() -> ExitCode {
    cli::main_of(|args: Args| {
        let device = args.common.device()?;
        let token = args.token.unwrap_or_else(drawn);
        let listener = TcpListener::bind(args.listen).map_err(|why| taken(args.listen, &why))?;
        let address = listener.local_addr().map_err(|why| taken(args.listen, &why))?;
        announce(&args.common.device, address, &token)?;
        let server = RemoteServer::new([device])
            .with_authorizer(watched(TokenAuthorizer::new(token).expect("no token is empty")));
        let runtime = Runtime::new().map_err(|why| Error::ours(why.to_string()))?;
        // Not `serve`, which would log every tensor that is fetched.
        let served = runtime.block_on(async {
            server.serve_async(WebSocketTransport::from_listener(listener)).await
        });
        served.map_err(|why| taken(address, &why))
    })
}

/// What is lent, and the command that uses it.
fn announce(device: &str, address: SocketAddr, token: &str) -> Result<()> {
    let device = without_token(device);
    // Whoever listens everywhere is reached by the address that the network knows.
    let host = match address.ip().is_unspecified() {
        true => format!("ADDRESS:{}", address.port()),
        false => address.to_string(),
    };
    // Started by cargo, the client must be built with the same feature.
    let command = program("lesson_mnist").replacen("cargo run", "cargo run --features remote", 1);
    out(&say!(
        "{device} is lent at ws://{address} until Ctrl-C. Use it from another terminal:\n{command} \
         --device remote:ws://{token}@{host}",
        "{device} 借出于 ws://{address}，按 Ctrl-C 结束。在另一个终端里使用：\n{command} --device \
         remote:ws://{token}@{host}"
    ))?;
    if !address.ip().is_loopback() {
        shell::note(say!(
            "Warning: other machines can reach this address, and nothing is encrypted. Whoever reads \
             the traffic reads the token, the texts and the weights; whoever has the token computes \
             here. Use it in a network that you trust, or leave --listen out and dig a tunnel from \
             the other machine: ssh -L 3000:127.0.0.1:3000 HOST",
            "警告：其他机器可以访问这个地址，而且通信不加密。能看到网络流量的人能看到令牌、文本和权重；有令牌的人\
             可以在这里计算。请只在可信的网络中使用，或去掉 --listen，从另一台机器建立隧道：ssh -L \
             3000:127.0.0.1:3000 HOST"
        ));
    }
    Ok(())
}

/// Says who comes, and who is turned away.
fn watched(door: TokenAuthorizer) -> impl PeerAuthorizer {
    move |request: AuthorizationRequest<'_>| {
        let client = request.client.to_string();
        let answer = door.authorize(request);
        shell::note(match &answer {
            Ok(()) => say!("{client} computes here", "{client} 开始在此计算"),
            Err(_) => say!("{client} is turned away: wrong token", "{client} 被拒绝：令牌不对"),
        });
        answer
    }
}

/// 128 random bits, in letters that a URL takes.
fn drawn() -> String {
    format!("{:032x}", rand::rng().random::<u128>())
}

/// A token that stands in a URL, and is not guessed at once.
fn token(text: &str) -> std::result::Result<String, String> {
    match text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => Ok(text.into()),
        false => Err(say!("at least 8 letters and digits", "至少 8 个字母或数字")),
    }
}

fn taken(address: SocketAddr, why: &dyn std::error::Error) -> Error {
    Error::user(say!(
        "{address} cannot be listened on ({why}); choose another port, such as --listen \
         127.0.0.1:3001",
        "无法监听 {address}（{why}）；请换一个端口，例如 --listen 127.0.0.1:3001"
    ))
}
