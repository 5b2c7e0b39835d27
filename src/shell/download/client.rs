//! The HTTP client: which proxy leads to the world, and whose certificates are trusted.

use std::{path::Path, time::Duration};

use ureq::{
    Agent, Proxy,
    tls::{PemItem, RootCerts, TlsConfig, parse_pem},
};

use super::Kind;
use crate::{
    say,
    shell::error::{Error, Result},
};

/// A client that gives up on a mirror that is silent, however long the whole file may take.
///
/// # Errors
/// [`Kind::NoCertificates`], where `SSL_CERT_FILE` names nothing of use.
pub(super) fn client(url: &str) -> Result<Agent> {
    let var = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    // A mirror on this very machine (the tests have some) is asked directly.
    let proxy = if url.starts_with("http://127.") { None } else { proxy(url, var) };
    let mut tls = TlsConfig::builder();
    if let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) {
        tls = tls.root_certs(certificates(Path::new(&path))?);
    }
    let config = Agent::config_builder()
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")))
        // The bytes of the file itself, so that a range of them means something.
        .accept_encoding("identity")
        .http_status_as_error(false)
        .proxy(proxy)
        .tls_config(tls.build())
        .timeout_resolve(Some(Duration::from_secs(10)))
        .timeout_connect(Some(Duration::from_secs(10)))
        .timeout_recv_response(Some(Duration::from_secs(30)))
        .timeout_per_read(Some(Duration::from_secs(30)));
    Ok(config.build().new_agent())
}

/// The proxy for an address as curl chooses it: that of its scheme before `all_proxy`, and none for
/// the hosts of `no_proxy`. A SOCKS proxy, which this client does not speak, is passed over.
fn proxy(url: &str, var: impl Fn(&str) -> Option<String>) -> Option<Proxy> {
    let own = if url.starts_with("https:") { "https_proxy" } else { "http_proxy" };
    let named = [own, "all_proxy"].map(|name| [name.to_string(), name.to_uppercase()]).concat();
    let known = named.iter().filter_map(|name| Proxy::new(&var(name)?).ok());
    let found = known.into_iter().find(|proxy| !is_socks(proxy))?;
    let mut builder = Proxy::builder(found.protocol()).host(found.host()).port(found.port());
    if let Some(user) = found.username() {
        builder = builder.username(user);
    }
    if let Some(password) = found.password() {
        builder = builder.password(password);
    }
    let exempt = var("no_proxy").or_else(|| var("NO_PROXY")).unwrap_or_default();
    let exempt = exempt.split(',').map(str::trim).filter(|host| !host.is_empty());
    exempt.fold(builder, |builder, host| builder.no_proxy(host)).build().ok()
}

fn is_socks(proxy: &Proxy) -> bool {
    proxy.uri().scheme_str().is_some_and(|scheme| scheme.starts_with("socks"))
}

/// What is to be said of the proxies: that one is a SOCKS proxy and is not used.
pub(super) fn note_on_proxies() -> Option<String> {
    let all = ["all_proxy", "ALL_PROXY"];
    let socks = all.into_iter().find(|name| {
        std::env::var(name).is_ok_and(|value| Proxy::new(&value).is_ok_and(|p| is_socks(&p)))
    })?;
    Some(say!(
        "{socks} is a SOCKS proxy, which is not used here; https_proxy is, with an HTTP proxy",
        "{socks} 是 SOCKS 代理，这里不使用；可用 https_proxy 指定 HTTP 代理"
    ))
}

/// The authorities in a PEM file; they take the place of the built-in ones, as with OpenSSL and
/// curl.
fn certificates(path: &Path) -> Result<RootCerts> {
    let refused = |why: String| Error::user(Kind::NoCertificates { path: path.into(), why });
    let pem = std::fs::read(path).map_err(|e| refused(e.to_string()))?;
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    match certificates.is_empty() {
        true => Err(refused(say!("no PEM certificate in it", "其中没有 PEM 证书"))),
        false => Ok(RootCerts::new_with_certs(&certificates)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(url: &str, vars: &[(&str, &str)]) -> Option<String> {
        let var = |name: &str| vars.iter().find(|v| v.0 == name).map(|v| v.1.to_string());
        proxy(url, var).map(|proxy| format!("{}:{}", proxy.host(), proxy.port()))
    }

    #[test]
    fn a_socks_proxy_for_all_hides_no_proxy_of_the_scheme() {
        let (socks, http) = ("socks5://127.0.0.1:1080", "http://proxy.example:3128");
        let found = Some("proxy.example:3128".to_string());
        fn https(vars: &[(&str, &str)]) -> Option<String> {
            chosen("https://a.example/x", vars)
        }
        assert_eq!(https(&[("all_proxy", socks), ("https_proxy", http)]), found);
        assert_eq!(https(&[("ALL_PROXY", socks), ("HTTPS_PROXY", http)]), found);
        assert_eq!(https(&[("https_proxy", socks), ("all_proxy", http)]), found);
        assert_eq!(https(&[("all_proxy", socks)]), None);
        assert_eq!(https(&[("http_proxy", http)]), None);
        assert_eq!(chosen("http://a.example/x", &[("http_proxy", http)]), found);
    }

    #[test]
    fn no_proxy_is_kept() {
        let vars =
            [("https_proxy", "http://u:p@proxy.example:3128"), ("no_proxy", ".inner, x.org")];
        let var = |name: &str| vars.iter().find(|v| v.0 == name).map(|v| v.1.to_string());
        let proxy = proxy("https://a.example/", var).unwrap();
        assert_eq!((proxy.username(), proxy.password()), (Some("u"), Some("p")));
        let exempt = |url: &str| proxy.is_no_proxy(&url.parse().unwrap());
        assert!(
            exempt("https://a.inner/") && exempt("https://x.org/") && !exempt("https://y.org/")
        );
    }

    #[test]
    fn a_file_without_certificates_is_refused_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        for content in [None, Some("no PEM at all")] {
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let error = certificates(&path).expect_err("it is refused");
            let Some(Kind::NoCertificates { path: named, .. }) = error.kind() else {
                panic!("{error:?}")
            };
            assert_eq!(named, &path);
        }
    }
}
