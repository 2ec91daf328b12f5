//! Can any text disturb the reader of settings?
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = factum_case::settings::Settings::parse(text, "settings.toml");
});
