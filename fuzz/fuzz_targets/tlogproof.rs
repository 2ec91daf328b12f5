//! Can any bytes disturb the reader of proofs?
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = factum_log::tlogproof::TlogProof::parse(bytes) {
        assert_eq!(factum_log::tlogproof::TlogProof::parse(read.to_string().as_bytes()), Ok(read));
    }
});
