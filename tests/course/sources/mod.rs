//! Real data: what a good folder of MNIST gives, what every kind of bad file says, how a download
//! survives bad mirrors, and how the poems of the chinese-poetry collection come. All traffic stays
//! on this machine: the mirrors are small servers that the tests start themselves.

mod bad_folders;
mod collection;
mod downloads;
mod good_folders;
mod mirror;
mod tiny;
