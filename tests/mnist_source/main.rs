//! Real MNIST: what a good folder gives, what every kind of bad file says, and how a download survives bad mirrors.
//! All traffic stays on this machine: the mirrors are small servers that the tests start themselves.

mod bad_folders;
mod downloads;
mod good_folders;
mod mirror;
mod tiny;
