//! How is a file looked into without trusting who looks?
//!
//! [`Examiner::begin`] has a child of a small program begin, or of this very one again with a hidden command, in an empty environment, with
//! a pipe or socket for input and output and nothing for errors (a panic's words could hold evidence). [`Examination::give`] passes bytes on as they
//! come, so that a file is read once for sealing and for this; it never fails and never waits longer than the limit.
//! [`Examination::finish`] waits for the answer within the limit, reads no more of it than an answer can have, and kills the
//! child in any other case. A child that was taken over can lie about the file; it cannot do more.

use super::child::{ANSWER, EXTENSION, INPUT, Task};
use super::forks;
use super::metadata::{LONGEST_KEY, LONGEST_VALUE, MOST_ENTRIES};
use super::process::{Process, Stream};
use super::{Extracted, Outcome, text};
use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// What the parent allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long the child may take to accept bytes, and to answer after the last.
    pub wait: Duration,
    /// How many bytes it may answer.
    pub answer: usize,
}

impl Default for Limits {
    /// Somewhat longer than the processor time that the child allows itself, because others use the processor too.
    fn default() -> Self {
        Self { wait: Duration::from_secs(40), answer: ANSWER }
    }
}

/// How a child is started.
#[derive(Clone, Debug)]
pub struct Examiner {
    program: PathBuf,
    arguments: Vec<OsString>,
    limits: Limits,
    /// Programs that wait and fork, where each file has no program begun for it alone.
    forks: Option<Arc<forks::Pool>>,
}

/// The program that only looks into files. It begins in a fraction of the time that the whole one takes.
const SMALL: &str = "factum-extract";

/// Pieces on their way to the child.
const QUEUE: usize = 16;
/// Bytes of one piece: as much as a pipe holds.
const PIECE: usize = 64 << 10;
/// How long to sleep before looking again whether the child took something or ended.
const NAP: Duration = Duration::from_millis(1);

impl Examiner {
    /// The small program that does nothing else, if it lies beside the running one; else the running program itself, with this command.
    pub fn this_program(command: &str) -> io::Result<Self> {
        let whole = std::env::current_exe()?;
        let small = whole.with_file_name(SMALL).with_extension(std::env::consts::EXE_EXTENSION);
        let (program, arguments) = if small.is_file() { (small, vec![]) } else { (whole, vec![command.into()]) };
        Ok(Self::new(program, arguments, Limits::default()).forking())
    }

    /// Any program that speaks the protocol of [`super::child`]. It begins for each file.
    pub fn new(program: PathBuf, arguments: Vec<OsString>, limits: Limits) -> Self {
        Self { program, arguments, limits, forks: None }
    }

    /// The same program, which can also wait and fork for each file (see [`forks`]): where that is known to be safe, it does.
    pub fn forking(self) -> Self {
        Self { forks: forks::pool(), ..self }
    }

    /// A child for another task: it is told which as one more argument.
    pub fn asked(&self, task: Task) -> Self {
        let arguments = self.arguments.iter().cloned().chain([task.name().into()]).collect();
        let forks = self.forks.as_ref().and_then(|_| forks::pool());
        Self { arguments, limits: Limits { answer: task.answer(), ..self.limits }, forks, ..self.clone() }
    }

    /// The answer of a child about one file, as it came.
    ///
    /// # Errors
    /// What became of the child, without a value of the file.
    pub fn answer(&self, bytes: &[u8], name: &str) -> Result<Vec<u8>, String> {
        let mut examination = self.begin(name);
        for piece in bytes.chunks(PIECE) {
            if !examination.wants_more() {
                break;
            }
            examination.give(piece);
        }
        let limits = examination.limits;
        examination.running.and_then(|running| conclude(running, limits))
    }

    /// Starts a child for one file with this name, of which only the end is told.
    pub fn begin(&self, name: &str) -> Examination {
        Examination { running: Ok(self.start(name)), limits: self.limits, given: 0 }
    }

    /// Looks into one file. A source that breaks off is the same as its end: who collects finds the fault.
    pub fn examine(&self, mut source: impl Read, name: &str) -> Outcome {
        let mut examination = self.begin(name);
        let mut piece = vec![0; PIECE];
        while examination.wants_more() {
            match source.read(&mut piece) {
                Ok(0) => break,
                Ok(n) => examination.give(piece.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        examination.finish()
    }

    fn start(&self, name: &str) -> Running {
        let examiner = self.clone();
        let (pieces, queue) = sync_channel(QUEUE);
        let (answers, answer) = channel();
        let (begun, child) = channel();
        // A child takes as long to begin as a small file to be sealed, so it begins beside that.
        thread::spawn(move || match examiner.child() {
            Ok((child, mut stream)) => {
                // Where whoever asked has gone, the child comes back with the error and ends with it.
                drop(begun.send(Ok(child)));
                pass_on(queue, &mut stream);
                drop(answers.send(listen(stream, examiner.limits.answer)));
            }
            Err(_) => drop(begun.send(Err(NOT_BEGUN))),
        });
        let mut request = extension(name).into_bytes();
        request.push(b'\n');
        // The queue is empty, so this neither waits nor fails.
        let _ = pieces.try_send(request);
        Running { child: Begun::Awaited(child), pieces: Some(pieces), answer }
    }

    /// A child that has just begun, and how it is spoken to.
    fn child(&self) -> io::Result<(Process, Stream)> {
        if let Some(pool) = &self.forks {
            let (fork, stream) = pool.fork(&self.program, &self.arguments)?;
            return Ok((Process::Fork(fork), stream));
        }
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        let (input, output) = child.stdin.take().zip(child.stdout.take()).ok_or(io::ErrorKind::BrokenPipe)?;
        Ok((Process::Own(child), Stream::Pipes(Some(input), output)))
    }
}

const NOT_BEGUN: &str = "the program that looks into files could not be started";

/// What is told of a name: what follows its last dot, if that is short and plain.
fn extension(name: &str) -> String {
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    let plain = end.len() <= EXTENSION && end.bytes().all(|b| b.is_ascii_alphanumeric());
    if plain { end.to_ascii_lowercase() } else { String::new() }
}

/// Writes pieces to the child until there are no more or it takes no more.
fn pass_on(queue: Receiver<Vec<u8>>, stream: &mut Stream) {
    for piece in queue {
        if stream.write_all(&piece).is_err() {
            break;
        }
    }
    stream.end_input();
}

/// Reads the answer, and one byte more than it can have.
fn listen(stream: Stream, most: usize) -> Vec<u8> {
    let mut answer = Vec::new();
    // An answer that breaks off is found when it is parsed.
    let _ = stream.take(most as u64 + 1).read_to_end(&mut answer);
    answer
}

/// A child that a thread begins. Dropped with whatever waits for it, it is killed, also if it has not been asked for.
enum Begun {
    /// It has not been asked for yet.
    Awaited(Receiver<Result<Process, &'static str>>),
    /// It runs, or ran.
    Here(Process),
    /// It could not be begun.
    Not(&'static str),
}

impl Begun {
    /// The child, once it has begun: that takes a moment, whatever it does later.
    fn child(&mut self) -> Result<&mut Process, &'static str> {
        if let Begun::Awaited(child) = self {
            *self = match child.recv().unwrap_or(Err(NOT_BEGUN)) {
                Ok(child) => Begun::Here(child),
                Err(why) => Begun::Not(why),
            };
        }
        match self {
            Begun::Here(child) => Ok(child),
            Begun::Not(why) => Err(why),
            Begun::Awaited(_) => Err(NOT_BEGUN),
        }
    }
}

/// A child at work.
struct Running {
    child: Begun,
    pieces: Option<SyncSender<Vec<u8>>>,
    answer: Receiver<Vec<u8>>,
}

/// The examination of one file. Dropped before its end it kills the child.
pub struct Examination {
    running: Result<Running, String>,
    limits: Limits,
    given: u64,
}

impl Examination {
    /// Whether more bytes would be looked at.
    pub fn wants_more(&self) -> bool {
        self.given <= INPUT && self.running.as_ref().is_ok_and(|running| running.pieces.is_some())
    }

    /// Passes on the next bytes of the file. Waits for the child at most as long as the limit, then gives it up.
    pub fn give(&mut self, bytes: &[u8]) {
        let room = usize::try_from(INPUT.saturating_add(1).saturating_sub(self.given)).unwrap_or(usize::MAX);
        let mut piece = bytes.get(..bytes.len().min(room)).unwrap_or_default().to_vec();
        self.given = self.given.saturating_add(piece.len() as u64);
        let Ok(running) = &mut self.running else { return };
        let patience = Instant::now();
        while let Some(pieces) = running.pieces.as_ref().filter(|_| !piece.is_empty()) {
            match pieces.try_send(piece) {
                Ok(()) => return,
                // The child has closed its input. Its answer may be good all the same.
                Err(TrySendError::Disconnected(_)) => {
                    running.pieces = None;
                    return;
                }
                Err(TrySendError::Full(_)) if patience.elapsed() >= self.limits.wait => {
                    self.running = Err(format!("the reader took no bytes for {} s", self.limits.wait.as_secs()));
                    return;
                }
                Err(TrySendError::Full(same)) => {
                    piece = same;
                    thread::sleep(NAP);
                }
            }
        }
    }

    /// Waits for the answer.
    pub fn finish(self) -> Outcome {
        let limits = self.limits;
        match self.running.and_then(|running| conclude(running, limits)).and_then(understood) {
            Ok(found) => Outcome::Known(Box::new(found)),
            Err(why) => Outcome::Unknown { why },
        }
    }
}

/// Waits for the answer and the end of a child.
fn conclude(mut running: Running, limits: Limits) -> Result<Vec<u8>, String> {
    running.pieces = None;
    let begun = Instant::now();
    running.child.child()?;
    let late = || format!("the reader gave no answer within {} s", limits.wait.as_secs());
    let answer = match running.answer.recv_timeout(limits.wait) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => return Err(late()),
        Err(RecvTimeoutError::Disconnected) => return Err("the reader's answer could not be read".into()),
    };
    if answer.len() > limits.answer {
        return Err(format!("the reader's answer is longer than {} bytes", limits.answer));
    }
    let left = limits.wait.saturating_sub(begun.elapsed());
    let status = match running.child.child()?.ended(left) {
        Ok(Some(status)) => status,
        Ok(None) => return Err(late()),
        Err(_) => return Err("it cannot be told how the reader ended".into()),
    };
    if !status.success() {
        return Err(ended(status));
    }
    Ok(answer)
}

fn understood(answer: Vec<u8>) -> Result<Extracted, String> {
    let found: Extracted = serde_json::from_slice(&answer).map_err(|_| "the reader's answer cannot be understood")?;
    if within_bounds(&found) { Ok(found) } else { Err("the reader's answer is outside the bounds of answers".into()) }
}

/// How it ended, in words.
#[cfg(unix)]
fn ended(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) if signal == libc::SIGXCPU => "the reader used up its processor time".into(),
        (Some(libc::SIGABRT), _) => {
            "the reader aborted: it wanted more memory than it may have, or found itself broken".into()
        }
        (Some(signal), _) => format!("the reader was ended by signal {signal}"),
        (None, code) => format!("the reader failed with code {}", code.unwrap_or_default()),
    }
}

/// How it ended, in words.
#[cfg(not(unix))]
fn ended(status: ExitStatus) -> String {
    format!("the reader failed with code {}", status.code().unwrap_or_default())
}

/// Whether words of an answer are short and of one line.
pub fn short(text: &str, most: usize) -> bool {
    text.len() <= most && !text.chars().any(char::is_control)
}

/// Whether an answer keeps what [`super::look`] keeps. A child that was taken over might not.
fn within_bounds(found: &Extracted) -> bool {
    // Bounds are in characters, of which each has at most four bytes; numbering and the sign of a cut come on top.
    let record = found.metadata.len() <= MOST_ENTRIES
        && found.metadata.iter().all(|(k, v)| short(k, 4 * LONGEST_KEY + 20) && short(v, 4 * LONGEST_VALUE + 4));
    let said: usize = found.text.iter().flat_map(|text| &text.parts).map(|part| part.text.len()).sum();
    record
        && said <= text::MOST
        && short(&found.media_type, 127)
        && found.encoding.as_deref().is_none_or(|encoding| short(encoding, 40))
        && found.disagreement.as_deref().is_none_or(|sentence| short(sentence, 400))
        && found.notes.len() <= 100
        && found.notes.iter().all(|note| short(note, 400))
        && short(&found.version, 100)
}
