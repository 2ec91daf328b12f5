//! What does the child do that looks into a file?
//!
//! It gives up its rights, reads from standard input, writes one answer to standard output, and ends. The protocol:
//!
//! - Input: the end of the file's name after its last dot (at most [`EXTENSION`] letters or digits of ASCII, lower case,
//!   perhaps none), a line break, then the bytes of the file. It never gets a path. After [`INPUT`] bytes it looks at what it
//!   has; the parent sends at most one byte more, which tells that there is more.
//! - Output, by the [`Task`] that the child was started for: one [`Extracted`] as JSON, one [`Reading`] as JSON, or the width and the height
//!   of a picture (four bytes each, the highest first) and its pixels (red, green, blue, row by row), nothing if it cannot be read. Each task
//!   has its longest answer. Anything else is no answer.

use super::fence::{self, Bounds, Fences};
use super::{Extracted, forks, look, pixels};
use crate::read::{self, Reading};
use std::io::{self, Read, Write};

/// So many bytes of a file are looked at.
pub const INPUT: u64 = 128 << 20;
/// An answer is at most so long: the longest text and record, with every letter escaped in JSON.
pub const ANSWER: usize = 12 << 20;
/// So many letters of the end of a name are told.
pub const EXTENSION: usize = 10;

/// What a child is asked about a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Task {
    /// What it is, and what text is in it.
    #[default]
    Look,
    /// Every word in it, wherever that stands.
    Words,
    /// What it shows as a picture.
    Pixels,
}

impl Task {
    /// All of them.
    pub const ALL: [Task; 3] = [Task::Look, Task::Words, Task::Pixels];

    /// What it is called on the command line of the child.
    pub fn name(self) -> &'static str {
        match self {
            Task::Look => "look",
            Task::Words => "words",
            Task::Pixels => "pixels",
        }
    }

    /// How long its answer may be, in bytes.
    pub fn answer(self) -> usize {
        match self {
            Task::Look => ANSWER,
            // A report of some hundred pages has one megabyte of words; a hundred times that is a file made to be a burden.
            Task::Words => 128 << 20,
            Task::Pixels => pixels::MOST,
        }
    }

    fn bounds(self) -> Bounds {
        match self {
            Task::Look | Task::Words => Bounds::default(),
            // The largest picture that is unpacked, as it is unpacked and as it is shown (see `pixels`), and the file itself.
            Task::Pixels => Bounds { memory: 2 << 30, ..Bounds::default() },
        }
    }
}

/// Why the child has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// Standard input is no socket that brings files, or no more process can begin.
    #[error("no child could be made for a file; this command is only for Factum itself")]
    Fork(#[source] io::Error),
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

/// The whole work of the child process. One that is `waiting` does it in a fork for each file (see [`forks`]).
pub fn serve(task: Task, waiting: bool) -> Result<(), Fault> {
    if waiting && !forks::each_file().map_err(Fault::Fork)? {
        return Ok(());
    }
    let fences = fence::raise(&task.bounds());
    answer(task, &mut io::stdin().lock(), &mut io::stdout().lock(), fences)
}

/// Reads a request, looks, and writes the answer.
pub fn answer(task: Task, input: &mut impl Read, output: &mut impl Write, fences: Fences) -> Result<(), Fault> {
    let extension = extension(input).map_err(Fault::Read)?;
    let mut bytes = Vec::new();
    input.take(INPUT + 1).read_to_end(&mut bytes).map_err(Fault::Read)?;
    let whole = bytes.len() as u64 <= INPUT;
    bytes.truncate(INPUT as usize);
    let name = format!(".{extension}");
    let said = match task {
        Task::Look => serde_json::to_vec(&Extracted { fences, ..look(&bytes, &name, whole) }).map_err(Fault::Json)?,
        Task::Words => {
            let mut reading = read::apart(&name, &bytes);
            if !whole {
                reading.unread.push(format!("only its first {INPUT} bytes were read"));
            }
            serde_json::to_vec::<Reading>(&reading).map_err(Fault::Json)?
        }
        Task::Pixels => pixels::shown(&bytes).filter(|_| whole).map(|shown| pixels::packed(&shown)).unwrap_or_default(),
    };
    output.write_all(&said).and_then(|()| output.flush()).map_err(Fault::Write)
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
