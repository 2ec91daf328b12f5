//! How is a witness asked over a network, and what is believed of what it answers?
//!
//! C2SP tlog-witness, the client's side. Only the address that was typed is connected to, or the proxy that was typed, which then
//! also finds the name; no variable of the environment adds one. The answer is bounded in time and length, redirections are not
//! followed, and cosignatures go the way of those that come in a file: what does not verify is not kept.

use factum_case::custody::anchor::{AnchorError, Anchored};
use factum_case::custody::folder::Case;
use factum_case::log::key::VerifierKey;
use factum_case::log::note;
use factum_case::log::witness::read_size;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::http::Uri;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Proxy};

/// How often a witness is asked again because it stands elsewhere. Once suffices when nobody else asks for the same log.
const TRIES: usize = 3;
/// Bytes of a refusal that are shown: a sentence.
const SHOWN: usize = 200;

/// Why no cosignature came.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// Not a witness's address.
    #[error(
        "{0:?} is no address of a witness: it is http:// or https://, a host, and the path under which its operator says it answers"
    )]
    Address(String),
    /// Not a proxy's address.
    #[error("{0:?} is no proxy: give http://host:port")]
    Proxy(String),
    /// Roots that cannot be read.
    #[error("the certificates {path} cannot be read: {source}")]
    Roots {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Roots that are none.
    #[error("there is no certificate in {0}: it must be PEM")]
    NoRoots(PathBuf),
    /// A system without certificates.
    #[error("this system names no certificates to trust: give a file of them with --roots")]
    NoSystemRoots,
    /// No connection, or not in time.
    #[error("the witness was not reached, or did not answer as HTTP does: {0}")]
    Transport(#[source] Box<ureq::Error>),
    /// No end of answer.
    #[error("the answer is longer than {0} bytes, which no answer of a witness is")]
    Long(usize),
    /// An answer that says no.
    #[error("the witness answered {status}{}: {said}", meaning(*.status))]
    Refused {
        /// The status of HTTP.
        status: u16,
        /// What it said, without what could trouble a terminal.
        said: String,
    },
    /// An answer of 409 that gives no size.
    #[error("the witness says that it signed at another size and does not say which")]
    NoSize,
    /// The witness signed more than there is.
    #[error(
        "the witness says that it signed this log at {seen} entries, and here it has {found}: this copy of the case is older, or the log was rolled back. Ask the witness's operator for the checkpoint it signed and keep it"
    )]
    RolledBack {
        /// The size the witness signed.
        seen: u64,
        /// The size here.
        found: u64,
    },
    /// The witness signed another root.
    #[error(
        "the witness says that it signed another log of this name at {size} entries: the log was forked, or somebody else has its key. Ask the witness's operator for the checkpoint it signed and keep both"
    )]
    Forked {
        /// The size.
        size: u64,
    },
    /// A cosignature of an earlier checkpoint came.
    #[error("the witness was asked about {found} entries and answered with what it signed at {newest}: ask again")]
    Stale {
        /// What it signed.
        newest: u64,
        /// What it was asked.
        found: u64,
    },
    /// It keeps standing elsewhere.
    #[error("the witness stood elsewhere {0} times in a row: somebody else asks it for the same log. Ask again")]
    Restless(usize),
    /// What came cannot be taken in.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
}

/// What a status means, where the specification gives it a meaning.
fn meaning(status: u16) -> &'static str {
    match status {
        301..=308 => " (it is elsewhere: type that address if you trust it)",
        403 => " (no key it knows has signed the checkpoint)",
        404 => " (it does not know this log, or is not at this address)",
        422 => " (it holds that the log does not continue what it signed)",
        429 | 503 => " (it has too much to do: ask later)",
        _ => "",
    }
}

/// How much is borne of a witness.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the name's look-up to the last byte.
    pub time: Duration,
    /// Bytes of an answer's body.
    pub body: usize,
}

impl Default for Patience {
    /// Half a minute: a slow line through a proxy. 64 KiB: fifteen of the longest cosignatures.
    fn default() -> Self {
        Self { time: Duration::from_secs(30), body: 64 << 10 }
    }
}

/// A witness at an address.
pub struct Correspondent {
    agent: Agent,
    url: String,
    patience: Patience,
}

impl Correspondent {
    /// A witness at the address that was typed (its submission prefix), through a proxy if one was typed, with the certificates of
    /// a file (PEM) or those of the system.
    pub fn new(url: &str, proxy: Option<&str>, roots: Option<&Path>, patience: Patience) -> Result<Self, AskError> {
        let is_secret = prefix(url)?;
        let proxy = proxy.map(|text| through(text).ok_or_else(|| AskError::Proxy(text.to_string()))).transpose()?;
        let mut config = Agent::config_builder()
            .proxy(proxy)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(patience.time))
            .max_response_header_size(16 << 10)
            .user_agent("factum");
        if is_secret {
            let provider = Arc::new(rustls::crypto::ring::default_provider());
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .unversioned_rustls_crypto_provider(provider)
                .root_certs(RootCerts::Specific(Arc::new(certificates(roots)?)))
                .build();
            config = config.tls_config(tls);
        }
        let url = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        Ok(Self { agent: config.build().new_agent(), url, patience })
    }

    /// Sends one request, and returns the status and the body of what comes back.
    fn post(&self, body: &str) -> Result<(u16, Vec<u8>), AskError> {
        let failed = |e| AskError::Transport(Box::new(e));
        let mut answer =
            self.agent.post(&self.url).content_type("text/plain; charset=utf-8").send(body).map_err(failed)?;
        let most = self.patience.body;
        let limit = u64::try_from(most).unwrap_or(u64::MAX);
        let bytes = answer.body_mut().with_config().limit(limit).read_to_vec().map_err(|e| match e {
            ureq::Error::BodyExceedsLimit(_) => AskError::Long(most),
            other => failed(other),
        })?;
        Ok((answer.status().as_u16(), bytes))
    }

    /// Has the newest checkpoint of a case countersigned, and takes in what the witness's keys verify. `from` is the size it is
    /// believed to have signed last; a witness that stands elsewhere says so, and is asked again from there.
    pub fn countersign(
        &self,
        case: &Case,
        witness: &VerifierKey,
        others: &[VerifierKey],
        from: Option<u64>,
    ) -> Result<Vec<Anchored>, AskError> {
        let keys: Vec<VerifierKey> = std::iter::once(witness).chain(others).cloned().collect();
        let mut from = from;
        for _ in 0..TRIES {
            let request = case.ask_witness(witness, from)?;
            let found = request.checkpoint.unverified().size;
            let (status, body) = self.post(&request.to_string())?;
            match status {
                200 => {
                    let taken = case.add_cosignatures(&own_lines(&body, &keys), &keys)?;
                    let newest = taken.iter().map(|a| a.size).max().unwrap_or_default();
                    return if newest == found { Ok(taken) } else { Err(AskError::Stale { newest, found }) };
                }
                409 => {
                    let said = std::str::from_utf8(&body).ok().and_then(|text| read_size(text).ok());
                    match said.ok_or(AskError::NoSize)? {
                        seen if seen > found => return Err(AskError::RolledBack { seen, found }),
                        size if size == request.old => return Err(AskError::Forked { size }),
                        size => from = Some(size),
                    }
                }
                status => return Err(AskError::Refused { status, said: readable(&body) }),
            }
        }
        Err(AskError::Restless(TRIES))
    }
}

/// The lines by keys that are known. A witness may also sign with keys that nobody here has, of types that are not invented yet:
/// the specification has the client pass over them.
fn own_lines(body: &[u8], keys: &[VerifierKey]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    let is_own = |line: &&str| {
        note::signatures(line)
            .is_ok_and(|found| found.iter().any(|s| keys.iter().any(|key| s.name == *key.name() && s.id == key.id())))
    };
    let own: String = text.split_inclusive('\n').filter(is_own).collect();
    if own.is_empty() { body.to_vec() } else { own.into_bytes() }
}

/// Is the address one that can be asked, and is it asked in secret?
fn prefix(url: &str) -> Result<bool, AskError> {
    let bad = || AskError::Address(url.to_string());
    let uri: Uri = url.parse().map_err(|_| bad())?;
    // A name and a password would stand in the list of processes, and a query belongs to no prefix.
    let is_plain = uri.authority().is_some_and(|a| !a.as_str().contains('@') && !a.host().is_empty());
    if !is_plain || uri.query().is_some() {
        return Err(bad());
    }
    match uri.scheme_str() {
        Some("https") => Ok(true),
        Some("http") => Ok(false),
        _ => Err(bad()),
    }
}

/// A proxy that is spoken to over HTTP: anything else would be taken for a witness reached in another way than was meant.
fn through(text: &str) -> Option<Proxy> {
    let uri: Uri = text.parse().ok()?;
    let is_plain = uri.authority().is_some_and(|a| !a.as_str().contains('@') && a.port_u16().is_some());
    (uri.scheme_str() == Some("http") && is_plain).then(|| Proxy::new(text).ok()).flatten()
}

fn certificates(file: Option<&Path>) -> Result<Vec<Certificate<'static>>, AskError> {
    let Some(path) = file else {
        let found = rustls_native_certs::load_native_certs().certs;
        let owned: Vec<_> = found.iter().map(|c| Certificate::from_der(c.as_ref()).to_owned()).collect();
        return if owned.is_empty() { Err(AskError::NoSystemRoots) } else { Ok(owned) };
    };
    let bytes = fs::read(path).map_err(|source| AskError::Roots { path: path.to_owned(), source })?;
    let found: Vec<_> = parse_pem(&bytes)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if found.is_empty() { Err(AskError::NoRoots(path.to_owned())) } else { Ok(found) }
}

/// The beginning of a text from outside, on one line and without what a terminal would obey.
fn readable(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SHOWN).collect();
    plain.trim().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_or_refused_before_anything_is_opened() {
        let check = |url: &str, proxy: Option<&str>, expected: &str| {
            let found = match Correspondent::new(url, proxy, None, Patience::default()) {
                Ok(correspondent) => correspondent.url,
                Err(error) => error.to_string(),
            };
            assert!(found.contains(expected), "{url}: {found}");
        };
        check("http://127.0.0.1:7380", None, "http://127.0.0.1:7380/add-checkpoint");
        check("http://witness.example/north/", None, "http://witness.example/north/add-checkpoint");
        check("http://[::1]:80/", Some("http://127.0.0.1:8118"), "http://[::1]:80/add-checkpoint");
        for bad in ["witness.example", "ftp://witness.example", "http://", "http://a:b@witness.example", "http://x/?y"]
        {
            check(bad, None, "is no address of a witness");
        }
        for bad in ["socks5://127.0.0.1:9050", "127.0.0.1:8118", "http://proxy", "http://a:b@proxy:1", "https://p:1"] {
            check("http://witness.example", Some(bad), "is no proxy");
        }
        let missing = Correspondent::new("https://w.example", None, Some(Path::new("none.pem")), Patience::default());
        assert!(matches!(missing, Err(AskError::Roots { .. })));
    }

    #[test]
    fn what_a_witness_says_cannot_trouble_a_terminal() {
        assert_eq!(readable(b"no\x1b[2J\nmore\xff"), "no [2J more\u{fffd}");
        assert_eq!(readable("x".repeat(1000).as_bytes()).len(), SHOWN);
    }
}
