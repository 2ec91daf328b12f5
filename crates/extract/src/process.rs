//! What runs on behalf of one file, and how is it spoken to?
//!
//! Either a program that was begun for this file, with two pipes, or a fork of one that waits, with a socket. Both end when they are
//! dropped.

use super::forks::Fork;
use std::io::{self, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// How long to sleep before looking again whether a program ended.
const NAP: Duration = Duration::from_millis(1);

/// A child that looks into one file. Dropped before its end it is killed.
pub(super) enum Process {
    /// A program that was begun for this file.
    Own(Child),
    /// A fork of a program that waits.
    Fork(Fork),
}

impl Process {
    /// How it ended; absent if it still runs after so long.
    pub fn ended(&mut self, within: Duration) -> io::Result<Option<ExitStatus>> {
        let child = match self {
            Process::Own(child) => child,
            Process::Fork(fork) => return fork.ended(within),
        };
        let begun = Instant::now();
        loop {
            match child.try_wait()? {
                None if begun.elapsed() < within => thread::sleep(NAP),
                ended => return Ok(ended),
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Process::Own(child) = self {
            // Either it runs and can be killed, or it ended; both leave nothing to do but to take its status.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Input and output of a child.
pub(super) enum Stream {
    /// The input, until it has ended, and the output.
    Pipes(Option<ChildStdin>, ChildStdout),
    /// Both.
    #[cfg(target_os = "linux")]
    Socket(std::os::unix::net::UnixStream),
}

impl Stream {
    /// Tells the child that there is no more.
    pub fn end_input(&mut self) {
        match self {
            Stream::Pipes(input, _) => drop(input.take()),
            #[cfg(target_os = "linux")]
            // A child that has ended needs not be told.
            Stream::Socket(socket) => drop(rustix::net::shutdown(socket, rustix::net::Shutdown::Write)),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Stream::Pipes(input, _) => {
                input.as_mut().map_or(Err(io::ErrorKind::BrokenPipe.into()), |input| input.write(bytes))
            }
            #[cfg(target_os = "linux")]
            Stream::Socket(socket) => socket.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Pipes(_, output) => output.read(bytes),
            #[cfg(target_os = "linux")]
            Stream::Socket(socket) => socket.read(bytes),
        }
    }
}
