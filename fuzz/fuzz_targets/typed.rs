#![no_main]

lstm_lessons_fuzz::fuzz!("typed");
