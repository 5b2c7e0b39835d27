#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lstm_lessons_fuzz::read("strokes", bytes));
