//! Does a case survive what happens to disks, and is it found out what was done to it?
//!
//! This executable plays both parts: started with the words `as writer` it writes until it is killed, with `as golden` it writes a golden
//! folder, otherwise it runs the tests.
//! With `FACTUM_TORTURE` set it runs them in their long form (`cargo xtask torture`). Counts are printed.

mod common;
mod damage;
mod deeds;
mod golden;
mod killed;
mod power;
mod tampered;

use std::process::ExitCode;

const TESTS: &[(&str, fn())] = &[
    ("power_fails_between_transactions", power::power_fails_between_transactions),
    ("power_fails_while_a_case_is_founded", power::power_fails_while_a_case_is_founded),
    ("a_disk_that_refuses_loses_nothing", power::a_disk_that_refuses_loses_nothing),
    ("power_fails_while_evidence_is_destroyed", deeds::power_fails_while_evidence_is_destroyed),
    ("power_fails_while_objects_are_sealed_again", deeds::power_fails_while_objects_are_sealed_again),
    ("power_fails_while_a_bundle_is_taken", deeds::power_fails_while_a_bundle_is_taken),
    ("killed_at_random_moments", killed::killed_at_random_moments),
    ("a_second_writer_is_told", killed::a_second_writer_is_told),
    ("flips_and_cuts_are_found", damage::flips_and_cuts_are_found),
    ("a_rolled_back_log_is_known_by_what_was_seen", tampered::a_rolled_back_log_is_known_by_what_was_seen),
    ("a_forked_log_is_known_by_what_was_seen", tampered::a_forked_log_is_known_by_what_was_seen),
    ("replaced_reordered_and_dropped_entries_are_found", tampered::replaced_reordered_and_dropped_entries_are_found),
    ("a_replaced_log_is_not_this_case", tampered::a_replaced_log_is_not_this_case),
    ("swapped_keys_and_settings_change_nothing", tampered::swapped_keys_and_settings_change_nothing_and_are_told),
    ("two_cases_share_nothing", tampered::two_cases_share_nothing),
    ("a_folder_of_version_1_opens", golden::a_folder_of_version_1_opens),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, second, folder] = &arguments[..]
        && first == "as"
    {
        let folder = std::path::Path::new(folder);
        match second.as_str() {
            "golden" => golden::write(folder),
            _ => killed::write_until_killed(folder),
        }
        return ExitCode::SUCCESS;
    }
    let filter = arguments.iter().find(|argument| !argument.starts_with('-'));
    let chosen: Vec<_> = TESTS.iter().filter(|(name, _)| filter.is_none_or(|f| name.contains(f.as_str()))).collect();
    let mut failed = 0;
    for (name, test) in &chosen {
        let begun = std::time::Instant::now();
        let held = std::panic::catch_unwind(test).is_ok();
        let word = if held { "ok" } else { "FAILED" };
        println!("test {name} ... {word} ({:.1} s)", begun.elapsed().as_secs_f64());
        failed += usize::from(!held);
    }
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let (passed, ignored) = (chosen.len() - failed, TESTS.len() - chosen.len());
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {ignored} filtered out\n"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
