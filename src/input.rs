//! Reading what may be long in coming: standard input and pipes.

use std::io::{self, Read};

use crate::cancel;

/// A stream whose next bytes are waited for in short turns, so that the running work can be stopped meanwhile: a blocked
/// `read` would hear nothing of Ctrl-C.
#[derive(Debug)]
pub struct Waited<R>(pub R);

#[cfg(unix)]
impl<R: Read + std::os::fd::AsFd> Read for Waited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        use rustix::event::{PollFd, PollFlags, Timespec, poll};

        const TURN: Timespec = Timespec {
            tv_sec: 0,
            tv_nsec: 20_000_000,
        };
        loop {
            let mut waited = [PollFd::new(&self.0, PollFlags::IN)];
            match poll(&mut waited, Some(&TURN)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => cancel::look(),
                Ok(_) => return self.0.read(buffer),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

#[cfg(not(unix))]
impl<R: Read> Read for Waited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        cancel::look();
        self.0.read(buffer)
    }
}

/// Standard input without a buffer of its own, in which bytes could wait unseen.
#[derive(Debug)]
pub struct StandardInput;

#[cfg(unix)]
impl std::os::fd::AsFd for StandardInput {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        rustix::stdio::stdin()
    }
}

impl Read for StandardInput {
    #[cfg(unix)]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buffer)?)
    }

    #[cfg(not(unix))]
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::stdin().read(buffer)
    }
}
