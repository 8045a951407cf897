//! A socket for hyper, with a sense of time.
//!
//! In: bytes. Out: the same bytes, and reports to the connection's [`Pace`] of what moves and what
//! does not.

use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use hyper::rt::{Read, ReadBufCursor, Write};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;

use super::connections::Pace;

/// How many bytes that a client still sends are read and discarded before the socket is closed.
const MOST_DISCARDED: usize = 1024 * 1024;

/// How many bytes are read at a time: requests are short.
const PIECE: usize = 4096;

/// One connection.
pub(crate) struct Socket {
    stream: TcpStream,
    pace: Rc<Pace>,
    discarded: usize,
}

impl Socket {
    /// A socket from which nothing has been read yet.
    pub(crate) fn new(stream: TcpStream, pace: Rc<Pace>) -> Self {
        Socket { stream, pace, discarded: 0 }
    }

    /// Whether the client has hung up. Nothing is consumed: it may be another request.
    fn is_gone(&self, cx: &mut Context<'_>) -> bool {
        let mut byte = [0];
        match self.stream.poll_peek(cx, &mut ReadBuf::new(&mut byte)) {
            Poll::Ready(Ok(read)) => read == 0,
            Poll::Ready(Err(_)) => true,
            Poll::Pending => false,
        }
    }

    fn note(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(1..)) => self.pace.written(),
            Poll::Ready(_) => {}
            Poll::Pending => self.pace.held_up(),
        }
        written
    }
}

impl Read for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        mut into: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        let mut piece = [0; PIECE];
        let room = into.remaining().min(PIECE);
        let mut piece = ReadBuf::new(&mut piece[..room]);
        ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
        if !piece.filled().is_empty() {
            self.pace.heard();
        }
        into.put_slice(piece.filled());
        Poll::Ready(Ok(()))
    }
}

impl Write for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, pieces);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    /// There is nothing to flush: everything has been handed to the system. But a page that was
    /// closed while it waited for events will never read again: hyper, which flushes whenever it
    /// looks at a connection, learns here that it is gone.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.pace.is_listening() && self.is_gone(cx) {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        Poll::Ready(Ok(()))
    }

    /// Ends the response, and waits for the client to hang up. Closing a socket while there is
    /// something left to read takes the response back from a client that has not read it yet.
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.pace.is_parting() {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.pace.parts();
        }
        let mut piece = [0; PIECE];
        while self.discarded < MOST_DISCARDED {
            let mut piece = ReadBuf::new(&mut piece);
            ready!(Pin::new(&mut self.stream).poll_read(cx, &mut piece))?;
            if piece.filled().is_empty() {
                break;
            }
            self.discarded += piece.filled().len();
        }
        Poll::Ready(Ok(()))
    }
}
