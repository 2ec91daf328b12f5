//! Can any bytes disturb the reader of time stamps?
#![no_main]

use factum_log::timestamp::{Request, Roots, verify};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // Without roots nothing may ever be believed.
    assert!(verify(&Request::any_answer(b"abc"), bytes, &Roots::new()).is_err());
    if let Ok(request) = Request::from_der(bytes) {
        assert_eq!(Request::from_der(&request.to_der()), Ok(request));
    }
});
