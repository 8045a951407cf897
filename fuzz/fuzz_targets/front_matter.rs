#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| kisah_fuzz::targets::front_matter::run(data));
