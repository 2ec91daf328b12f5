//! What does the child do that looks into a file?
//!
//! It gives up its rights, reads from standard input, writes one answer to standard output, and ends. The protocol:
//!
//! - Input: the end of the file's name after its last dot (at most [`EXTENSION`] letters or digits of ASCII, lower case,
//!   perhaps none), a line break, then the bytes of the file. It never gets a path. After [`INPUT`] bytes it looks at what it
//!   has; the parent sends at most one byte more, which tells that there is more.
//! - Output: one [`Extracted`] as JSON, at most [`ANSWER`] bytes. Anything else is no answer.

use super::fence::{self, Bounds, Fences};
use super::{Extracted, look};
use std::io::{self, Read, Write};

/// So many bytes of a file are looked at.
pub const INPUT: u64 = 128 << 20;
/// An answer is at most so long: the longest text and record, with every letter escaped in JSON.
pub const ANSWER: usize = 12 << 20;
/// So many letters of the end of a name are told.
pub const EXTENSION: usize = 10;

/// Why the child has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Standard input broke off.
    #[error("the bytes to look at could not be read from standard input; this command is only for Factum itself")]
    Read(#[source] io::Error),
    /// Standard output is closed.
    #[error("the answer could not be written to standard output; this command is only for Factum itself")]
    Write(#[source] io::Error),
    /// The answer has no JSON form.
    #[error("the answer could not be put into JSON")]
    Json(#[source] serde_json::Error),
}

/// The whole work of the child process.
pub fn serve() -> Result<(), Fault> {
    let fences = fence::raise(&Bounds::default());
    answer(&mut io::stdin().lock(), &mut io::stdout().lock(), fences)
}

/// Reads a request, looks, and writes the answer.
pub fn answer(input: &mut impl Read, output: &mut impl Write, fences: Fences) -> Result<(), Fault> {
    let extension = extension(input).map_err(Fault::Read)?;
    let mut bytes = Vec::new();
    input.take(INPUT + 1).read_to_end(&mut bytes).map_err(Fault::Read)?;
    let whole = bytes.len() as u64 <= INPUT;
    bytes.truncate(INPUT as usize);
    let found = Extracted { fences, ..look(&bytes, &format!(".{extension}"), whole) };
    let json = serde_json::to_vec(&found).map_err(Fault::Json)?;
    output.write_all(&json).and_then(|()| output.flush()).map_err(Fault::Write)
}

/// The first line. Its letters come one by one because what follows must stay unread.
fn extension(input: &mut impl Read) -> io::Result<String> {
    let mut line = String::new();
    let mut byte = [0];
    for _ in 0..=EXTENSION {
        input.read_exact(&mut byte)?;
        match char::from(byte[0]) {
            '\n' => return Ok(line),
            letter => line.push(letter),
        }
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, "the request does not begin with the end of a name"))
}
