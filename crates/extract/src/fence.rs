//! What can this process no longer do, once it looks into bytes that may be made to harm?
//!
//! [`raise`] takes away, for good: processor time and memory beyond bounds, core dumps, the writing of files, the opening of
//! anything (file, socket, process), and new executable code. Each fence is reported, because not every system has all of
//! them: Linux has limits, Landlock and seccomp; other Unix systems have the limits; elsewhere only the parent's clock and
//! bounds remain.
//!
//! Sources: getrlimit(2), landlock(7), seccomp(2). The list of system calls that remain is short enough to read below.

use serde::{Deserialize, Serialize};

/// What a child may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Processor time in seconds.
    pub processor: u64,
    /// Address space in bytes, the program itself included.
    pub memory: u64,
}

impl Default for Bounds {
    /// The slowest honest files (books of thousands of pages) take a few seconds; the largest input that is taken whole
    /// needs some four times its size.
    fn default() -> Self {
        Self { processor: 20, memory: 1 << 30 }
    }
}

/// The fences that stood around a process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fences {
    /// Processor time was bounded.
    pub processor: bool,
    /// Memory was bounded.
    pub memory: bool,
    /// No core dump could be written: it would hold the evidence in clear.
    pub no_dump: bool,
    /// No file could be written and no further descriptor opened.
    pub no_files: bool,
    /// No path of the file system, TCP port or process outside could be reached (Landlock).
    pub no_paths: bool,
    /// Only the system calls of computing remained: no socket, no process, no descriptor but the three (seccomp).
    pub few_calls: bool,
}

impl Fences {
    /// Whether all stood.
    pub fn all(&self) -> bool {
        self.processor && self.memory && self.no_dump && self.no_files && self.no_paths && self.few_calls
    }
}

/// Raises every fence that this system has. To be called while the process has one thread and nothing open but its input and
/// output.
#[cfg(unix)]
pub fn raise(bounds: &Bounds) -> Fences {
    use rlimit::{Resource, setrlimit};
    let cap = |resource: Resource, most: u64| setrlimit(resource, most, most).is_ok();
    // The soft limit comes first, so that the parent can tell the signal of spent time from other ends.
    let processor = setrlimit(Resource::CPU, bounds.processor, bounds.processor.saturating_add(2)).is_ok();
    // Not every Unix has a limit on address space.
    let memory = Resource::AS.is_supported() && cap(Resource::AS, bounds.memory);
    let no_dump = cap(Resource::CORE, 0);
    // Landlock needs a descriptor for a moment, so it goes before the limit on descriptors.
    let no_paths = leave_paths();
    let no_files = cap(Resource::FSIZE, 0) & cap(Resource::NOFILE, 3);
    let few_calls = leave_calls();
    Fences { processor, memory, no_dump, no_files, no_paths, few_calls }
}

/// Raises every fence that this system has: none.
#[cfg(not(unix))]
pub fn raise(_: &Bounds) -> Fences {
    Fences::default()
}

/// Gives up every path, every TCP port, and signals and abstract sockets to processes outside.
#[cfg(target_os = "linux")]
fn leave_paths() -> bool {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
    // Landlock takes from this list what the running kernel knows. A ruleset without a rule allows nothing.
    let restrict = || {
        Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))?
            .handle_access(AccessNet::from_all(ABI::V5))?
            .scope(Scope::from_all(ABI::V6))?
            .create()?
            .restrict_self()
    };
    restrict().is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
}

/// Gives up every system call but those of computing.
#[cfg(target_os = "linux")]
fn leave_calls() -> bool {
    use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter_all_threads};
    let filter = || -> Result<BpfProgram, Box<dyn std::error::Error>> {
        let arch = TargetArch::try_from(std::env::consts::ARCH)?;
        // What is refused fails as if forbidden; a reader that asks for it reports a fault of its own.
        let refuse = SeccompAction::Errno(libc::EPERM as u32);
        Ok(SeccompFilter::new(calls()?, refuse, SeccompAction::Allow, arch)?.try_into()?)
    };
    filter().is_ok_and(|program| apply_filter_all_threads(&program).is_ok())
}

/// The calls that remain, some of them with conditions on their arguments.
#[cfg(target_os = "linux")]
fn calls() -> seccompiler::Result<std::collections::BTreeMap<i64, Vec<seccompiler::SeccompRule>>> {
    use seccompiler::{SeccompCmpArgLen::Dword, SeccompCmpOp, SeccompCondition, SeccompRule};
    let is = |argument: u8, op: SeccompCmpOp, value: u64| SeccompCondition::new(argument, Dword, op, value);
    let one = |argument: u8, op: SeccompCmpOp, value: u64| -> seccompiler::Result<SeccompRule> {
        Ok(SeccompRule::new(vec![is(argument, op, value)?])?)
    };
    let free = [
        // Memory.
        libc::SYS_munmap,
        libc::SYS_mremap,
        libc::SYS_madvise,
        libc::SYS_brk,
        // Locks, time and randomness of hash tables.
        libc::SYS_futex,
        libc::SYS_sched_yield,
        libc::SYS_clock_gettime,
        libc::SYS_getrandom,
        // Ends and panics.
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_rt_sigreturn,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_sigaltstack,
        libc::SYS_getpid,
        libc::SYS_gettid,
        libc::SYS_close,
    ];
    let mut calls: std::collections::BTreeMap<i64, Vec<SeccompRule>> = free.map(|call| (call, vec![])).into();
    // Descriptors that the process may have got from its parents (a pipe with a passphrase, say) stay unread: input is 0,
    // output is 1 and 2.
    calls.insert(libc::SYS_read, vec![one(0, SeccompCmpOp::Eq, 0)?]);
    calls.insert(libc::SYS_write, vec![one(0, SeccompCmpOp::Eq, 1)?, one(0, SeccompCmpOp::Eq, 2)?]);
    calls.insert(libc::SYS_writev, vec![one(0, SeccompCmpOp::Eq, 1)?, one(0, SeccompCmpOp::Eq, 2)?]);
    // Memory is mapped, but neither a descriptor's nor executable.
    let (anonymous, executable) = (libc::MAP_ANONYMOUS as u64, libc::PROT_EXEC as u64);
    let plain = is(2, SeccompCmpOp::MaskedEq(executable), 0)?;
    let nobodys = is(3, SeccompCmpOp::MaskedEq(anonymous), anonymous)?;
    calls.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![plain.clone(), nobodys])?]);
    calls.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![plain])?]);
    // An abort signals the process itself and no other.
    calls.insert(libc::SYS_tgkill, vec![one(0, SeccompCmpOp::Eq, u64::from(std::process::id()))?]);
    Ok(calls)
}

/// Only Linux lets a process give up its paths without rights of its own.
#[cfg(all(unix, not(target_os = "linux")))]
fn leave_paths() -> bool {
    false
}

/// Only Linux lets a process give up system calls without rights of its own.
#[cfg(all(unix, not(target_os = "linux")))]
fn leave_calls() -> bool {
    false
}
