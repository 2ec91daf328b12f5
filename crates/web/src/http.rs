//! What was asked over this connection, and did it take too long or too much?
//!
//! As much of HTTP/1.1 (RFC 9112) as one kind of request needs. The head is taken apart by `httparse`; what is written here are
//! the bounds: on the bytes of a head and of a body, and one deadline for a whole request, so that whoever sends a byte a second
//! gains nothing.

use factum_case::model::edtf::Day;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Bytes of a request's head. Servers commonly allow 8 KiB; a witness needs a few hundred bytes.
const LONGEST_HEAD: usize = 8 << 10;
/// Fields of a head.
const MOST_FIELDS: usize = 64;
/// How often a thread that waits for bytes looks whether the server is to stop.
const LOOK: Duration = Duration::from_millis(50);
/// How many bytes of a refused body are still read, so that the refusal arrives before the connection is torn down.
const MOST_DRAINED: usize = 256 << 10;

/// The head of a request, as far as it matters.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub method: String,
    pub path: String,
    pub length: Option<usize>,
    pub keep: bool,
    expects: bool,
}

/// Why no request came.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The other end closed, said nothing for too long, or the server stops. Nobody waits for an answer.
    Gone,
    /// An answer of this status is due, and then the end of the connection.
    Refuse(u16, &'static str),
}

/// A connection with its deadline.
pub(crate) struct Connection<'a> {
    stream: TcpStream,
    kept: Vec<u8>,
    deadline: Instant,
    stop: &'a AtomicBool,
}

impl<'a> Connection<'a> {
    pub(crate) fn new(stream: TcpStream, stop: &'a AtomicBool) -> io::Result<Self> {
        // On some systems a stream inherits from its listener that it does not wait.
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, kept: Vec::new(), deadline: Instant::now(), stop })
    }

    /// The head of the next request. `time` is for the whole request, answer included.
    pub(crate) fn head(&mut self, time: Duration) -> Result<Head, Fault> {
        self.deadline = Instant::now() + time;
        loop {
            if let Some((head, used)) = parse(&self.kept)? {
                self.kept.drain(..used);
                return Ok(head);
            }
            if self.kept.len() >= LONGEST_HEAD {
                return Err(Fault::Refuse(431, "the head of the request is too long"));
            }
            self.more()?;
        }
    }

    /// The body that a head announced.
    pub(crate) fn body(&mut self, head: &Head, most: usize) -> Result<Vec<u8>, Fault> {
        let Some(length) = head.length else {
            return Err(Fault::Refuse(411, "the request does not say how long its body is"));
        };
        if length > most {
            return Err(Fault::Refuse(413, "the body is too long for a checkpoint and its proof"));
        }
        if head.expects && self.kept.len() < length {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").map_err(|_| Fault::Gone)?;
        }
        while self.kept.len() < length {
            self.more()?;
        }
        let rest = self.kept.split_off(length);
        Ok(std::mem::replace(&mut self.kept, rest))
    }

    /// Waits for some bytes.
    fn more(&mut self) -> Result<(), Fault> {
        let mut bytes = [0; 4096];
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let idle = self.kept.is_empty();
            if left.is_zero() && !idle {
                return Err(Fault::Refuse(408, "the request took too long"));
            }
            if left.is_zero() || (idle && self.stop.load(Ordering::Relaxed)) {
                return Err(Fault::Gone);
            }
            self.stream.set_read_timeout(Some(left.min(LOOK))).map_err(|_| Fault::Gone)?;
            match self.stream.read(&mut bytes) {
                Ok(0) => return Err(Fault::Gone),
                Ok(count) => {
                    self.kept.extend_from_slice(bytes.get(..count).unwrap_or_default());
                    return Ok(());
                }
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut | ErrorKind::Interrupted) => {}
                Err(_) => return Err(Fault::Gone),
            }
        }
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let left = self.deadline.saturating_duration_since(Instant::now());
            // An answer that is ready gets a moment even if reading the question used up the time.
            self.stream.set_write_timeout(Some(left.max(Duration::from_secs(1))))?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Answers. `now` is in seconds since 1970.
    pub(crate) fn answer(&mut self, status: u16, kind: &str, body: &str, keep: bool, now: u64) -> io::Result<()> {
        let mut text = format!("HTTP/1.1 {status} {}\r\nDate: {}\r\n", reason(status), date(now));
        if status == 405 {
            text.push_str("Allow: POST\r\n");
        }
        let connection = if keep { "keep-alive" } else { "close" };
        text.push_str(&format!(
            "Content-Type: {kind}\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n{body}",
            body.len()
        ));
        self.write(text.as_bytes())
    }

    /// Ends the connection so that what was written arrives: a close with unread bytes would tear it down at once.
    pub(crate) fn end(mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.deadline = Instant::now() + Duration::from_secs(1);
        let mut drained = 0;
        self.kept = vec![0];
        while drained < MOST_DRAINED && self.more().is_ok() {
            drained += self.kept.len();
            self.kept.truncate(1);
        }
    }
}

/// Takes a head apart, if it is whole; also, how many bytes it has.
fn parse(bytes: &[u8]) -> Result<Option<(Head, usize)>, Fault> {
    let mut fields = [httparse::EMPTY_HEADER; MOST_FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    let used = match request.parse(bytes) {
        Ok(httparse::Status::Complete(used)) => used,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Fault::Refuse(431, "the request has too many fields")),
        Err(_) => return Err(Fault::Refuse(400, "this is not HTTP")),
    };
    let minor = request.version.unwrap_or_default();
    let mut head = Head {
        method: request.method.unwrap_or_default().to_string(),
        path: request.path.unwrap_or_default().to_string(),
        length: None,
        keep: minor == 1,
        expects: false,
    };
    for field in request.headers.iter() {
        let value = std::str::from_utf8(field.value).unwrap_or_default().trim();
        let is = |name: &str| field.name.eq_ignore_ascii_case(name);
        if is("content-length") {
            // Two lengths are how requests are smuggled past another server: RFC 9112, section 6.3.
            let length = value.parse().ok().filter(|_| value.bytes().all(|b| b.is_ascii_digit()));
            if length.is_none() || head.length.is_some() {
                return Err(Fault::Refuse(400, "the length of the body is not one decimal number"));
            }
            head.length = length;
        } else if is("transfer-encoding") {
            return Err(Fault::Refuse(411, "send the body whole, with its length"));
        } else if is("connection") {
            head.keep = head.keep && !value.split(',').any(|word| word.trim().eq_ignore_ascii_case("close"));
        } else if is("expect") {
            head.expects = value.eq_ignore_ascii_case("100-continue");
        }
    }
    Ok(Some((head, used)))
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        422 => "Unprocessable Content",
        431 => "Request Header Fields Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    }
}

/// A time as HTTP writes it (RFC 9110, section 5.6.7).
fn date(now: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, of_day) = (now / 86_400, now % 86_400);
    let (year, month, day) = Day(i32::try_from(days).unwrap_or_default()).ymd();
    let name = DAYS.get((days % 7) as usize).copied().unwrap_or_default();
    let month = usize::try_from(month).ok().and_then(|m| MONTHS.get(m.wrapping_sub(1))).copied().unwrap_or_default();
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{name}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_http_writes_them() {
        // The example of RFC 9110, section 5.6.7.
        assert_eq!(date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn heads_are_read_or_refused() {
        let check = |text: &str, expected: Result<Option<(usize, bool)>, u16>| {
            let found = match parse(text.as_bytes()) {
                Ok(head) => Ok(head.map(|(head, _)| (head.length.unwrap_or_default(), head.keep))),
                Err(Fault::Refuse(status, _)) => Err(status),
                Err(Fault::Gone) => Err(0),
            };
            assert_eq!(found, expected, "{text:?}");
        };
        check("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 7\r\n\r\n", Ok(Some((7, true))));
        check("POST / HTTP/1.1\r\ncontent-length: 7\r\nConnection: x, Close\r\n\r\n", Ok(Some((7, false))));
        check("POST / HTTP/1.0\r\nContent-Length: 7\r\n\r\n", Ok(Some((7, false))));
        check("POST / HTTP/1.1\r\nContent-Le", Ok(None));
        check("POST / HTTP/1.1\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n", Err(400));
        check("POST / HTTP/1.1\r\nContent-Length: +7\r\n\r\n", Err(400));
        check("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", Err(400));
        check("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", Err(411));
        check("\u{1}\u{2}\u{3}\r\n\r\n", Err(400));
        check(&format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(65)), Err(431));
    }
}
