//! How does a child begin for each file without its program being loaded each time?
//!
//! A program that has begun waits. For each file it gets one end of a pair of sockets, forks, and tells how the fork ended. It has one
//! thread and never reads a byte of a file, so that a fork knows nothing of the files before it; the fork raises its fences before it
//! reads the first byte, as a program begun for one file does. A fork dies with the program that waits, and that ends when its
//! parent is gone and its last fork has ended.
//!
//! A fork costs about a third of the processor time of a program begun for a small file. Only Linux is known to end a fork with its
//! parent, so elsewhere a program begins for each file.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::ExitStatus;
use std::sync::Arc;

/// What a program is told that is to wait and to fork.
pub const WAITING: &str = "--waiting";

#[cfg(target_os = "linux")]
pub use linux::{Fork, Pool, each_file};

/// A new pool, where forks are known to end with their parent.
pub fn pool() -> Option<Arc<Pool>> {
    #[cfg(target_os = "linux")]
    return Some(Arc::default());
    #[cfg(not(target_os = "linux"))]
    None
}

/// There are none here.
#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use super::{ExitStatus, OsString, Path, io};
    use crate::process::Stream;
    use std::time::Duration;

    /// Programs that wait for files, and are lent to one file each.
    #[derive(Debug)]
    pub enum Pool {}

    impl Pool {
        /// Never called: there is no pool.
        pub(crate) fn fork(&self, _: &Path, _: &[OsString]) -> io::Result<(Fork, Stream)> {
            match *self {}
        }
    }

    /// A fork that looks into one file.
    #[derive(Debug)]
    pub enum Fork {}

    impl Fork {
        /// Never called: there is no fork.
        pub fn ended(&mut self, _: Duration) -> io::Result<Option<ExitStatus>> {
            match *self {}
        }
    }

    /// Where no program waits, none is asked.
    pub fn each_file() -> io::Result<bool> {
        Ok(false)
    }
}

#[cfg(not(target_os = "linux"))]
pub use elsewhere::{Fork, Pool, each_file};

#[cfg(target_os = "linux")]
mod linux {
    use super::{Arc, ExitStatus, OsString, Path, WAITING, io};
    use crate::process::Stream;
    use rustix::fd::{BorrowedFd, OwnedFd};
    use rustix::net::{
        RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags,
        recvmsg, sendmsg,
    };
    use rustix::process::{Pid, Signal, WaitOptions, getppid, set_parent_process_death_signal, waitpid};
    use std::io::{IoSlice, IoSliceMut, Read, Write};
    use std::mem::MaybeUninit;
    use std::os::fd::AsFd;
    use std::os::unix::net::UnixStream;
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Child, Command, Stdio};
    use std::sync::{Mutex, PoisonError};
    use std::time::Duration;

    /// Programs that wait for files, and are lent to one file each.
    #[derive(Debug, Default)]
    pub struct Pool(Mutex<Vec<Waiting>>);

    impl Pool {
        /// A fork for one file, and the socket through which it is spoken to. It comes from a program that waits, or from one begun now.
        ///
        /// # Errors
        /// What the system says of beginning the program.
        pub(crate) fn fork(self: &Arc<Self>, program: &Path, arguments: &[OsString]) -> io::Result<(Fork, Stream)> {
            let idle = || self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
            // One that was ended from outside meanwhile is of no more use.
            while let Some(mut waiting) = idle() {
                if let Ok(socket) = waiting.fork() {
                    return Ok((Fork { waiting: Some(waiting), pool: self.clone() }, Stream::Socket(socket)));
                }
            }
            let mut waiting = Waiting::begin(program, arguments)?;
            let socket = waiting.fork()?;
            Ok((Fork { waiting: Some(waiting), pool: self.clone() }, Stream::Socket(socket)))
        }
    }

    /// A program that waits.
    #[derive(Debug)]
    struct Waiting {
        program: Child,
        asking: UnixStream,
    }

    impl Waiting {
        fn begin(program: &Path, arguments: &[OsString]) -> io::Result<Self> {
            let (asking, asked) = UnixStream::pair()?;
            let mut command = Command::new(program);
            command.args(arguments).arg(WAITING).env_clear();
            command.stdin(OwnedFd::from(asked)).stdout(Stdio::null()).stderr(Stdio::null());
            Ok(Self { program: command.spawn()?, asking })
        }

        fn fork(&mut self) -> io::Result<UnixStream> {
            let (ours, theirs) = UnixStream::pair()?;
            let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
            let mut with = SendAncillaryBuffer::new(&mut space);
            let descriptors = [theirs.as_fd()];
            with.push(SendAncillaryMessage::ScmRights(&descriptors));
            // A descriptor travels only with a byte.
            sendmsg(&self.asking, &[IoSlice::new(&[0])], &mut with, SendFlags::NOSIGNAL)?;
            Ok(ours)
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            // Either it runs and can be killed, or it ended.
            let _ = self.program.kill();
            let _ = self.program.wait();
        }
    }

    /// A fork that looks into one file. Dropped before its end it is killed.
    #[derive(Debug)]
    pub struct Fork {
        waiting: Option<Waiting>,
        pool: Arc<Pool>,
    }

    impl Fork {
        /// How it ended; absent if it still runs after so long.
        ///
        /// # Errors
        /// The program from which it came is gone, and it with it.
        pub fn ended(&mut self, within: Duration) -> io::Result<Option<ExitStatus>> {
            let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
            let waiting = self.waiting.as_mut().ok_or_else(gone)?;
            let mut status = [0; 4];
            // No time at all would mean for ever.
            waiting.asking.set_read_timeout(Some(within.max(Duration::from_millis(1))))?;
            match waiting.asking.read_exact(&mut status) {
                Ok(()) => {
                    let idle = self.waiting.take();
                    self.pool.0.lock().unwrap_or_else(PoisonError::into_inner).extend(idle);
                    Ok(Some(ExitStatus::from_raw(i32::from_ne_bytes(status))))
                }
                Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(None),
                Err(e) => Err(e),
            }
        }
    }

    /// The work of a program that waits: returns true in every fork, with the file at standard input and the answer expected at
    /// standard output, and false in the program itself when nobody asks any more.
    ///
    /// # Errors
    /// What the system says of forking and of the sockets.
    pub fn each_file() -> io::Result<bool> {
        let own = rustix::process::getpid();
        while let Some(file) = asked(rustix::stdio::stdin())? {
            match fork::fork()? {
                fork::Fork::Child => {
                    set_parent_process_death_signal(Some(Signal::KILL))?;
                    // The parent may have ended before the signal was asked for.
                    if getppid() != Some(own) {
                        return Ok(false);
                    }
                    rustix::stdio::dup2_stdin(&file)?;
                    rustix::stdio::dup2_stdout(&file)?;
                    return Ok(true);
                }
                fork::Fork::Parent(pid) => {
                    drop(file);
                    let ended = waitpid(Pid::from_raw(pid), WaitOptions::empty())?;
                    let status = ended.map_or(0, |(_, status)| status.as_raw());
                    let mut tells = UnixStream::from(rustix::io::dup(rustix::stdio::stdin())?);
                    tells.write_all(&status.to_ne_bytes())?;
                }
            }
        }
        Ok(false)
    }

    /// The socket of the next file; none when nobody asks any more.
    fn asked(by: BorrowedFd<'_>) -> io::Result<Option<OwnedFd>> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut with = RecvAncillaryBuffer::new(&mut space);
        let mut byte = [0];
        recvmsg(by, &mut [IoSliceMut::new(&mut byte)], &mut with, RecvFlags::CMSG_CLOEXEC)?;
        let descriptors = with.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        Ok(descriptors)
    }
}
