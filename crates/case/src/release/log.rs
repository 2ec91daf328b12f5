//! Which of the log's words does the program need to speak of releases?

use factum_log::key::VerifierKey;
use factum_log::policy::Policy;
pub use factum_log::release::manifest::Follows;
pub use factum_log::release::revocations::Class;

/// The keys of logs that a policy trusts.
///
/// # Errors
/// Every fault of the policy, in words.
pub fn policy_logs(policy: &[u8]) -> Result<Vec<VerifierKey>, String> {
    let policy = Policy::parse(policy).map_err(|faults| {
        let all: Vec<String> = faults.iter().map(|fault| format!("line {}: {}", fault.line, fault.source)).collect();
        all.join("; ")
    })?;
    Ok(policy.logs().to_vec())
}
