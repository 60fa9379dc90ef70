//! Encrypted endpoints: whom we trust.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::{Kgq, SELECT, select};

/// A key and a certificate that it signed itself, for localhost.
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/endpoint/selfsigned.pem");

/// Answers every request over TLS with one row; prints its port first.
const SERVER: &str = r#"
import http.server, ssl, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_): pass
    def do_GET(self):
        body = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://a/b"}}]}}'
        self.send_response(200)
        self.send_header("content-type", "application/sparql-results+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, flush=True)
server.serve_forever()
"#;

/// A server that ends with the test.
struct Server(Child, String);

impl Server {
    fn start() -> Self {
        let mut child = Command::new("python3")
            .args(["-c", SERVER, CERTIFICATE])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("python3 is installed");
        let mut port = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut port)
            .unwrap();
        let url = format!("https://127.0.0.1:{}/sparql", port.trim());
        Self(child, url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_refused() {
    let server = Server::start();
    let said = select(&server.1);
    assert_eq!(said.status, 2, "{}", said.out);
    assert!(
        said.err.contains("its certificate is not accepted") && said.err.contains("SSL_CERT_FILE"),
        "{}",
        said.err
    );
}

#[test]
fn the_user_may_vouch_for_a_certificate() {
    let server = Server::start();
    let said = Kgq::new(&server.1)
        .env("SSL_CERT_FILE", CERTIFICATE)
        .run(&["query", "-q", SELECT]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.contains("http://a/b"), "{}", said.out);
}

#[test]
fn plain_http_at_an_https_address_is_an_error() {
    let server = crate::server::Server::answering(crate::ROW);
    let said = select(&server.url().replace("http://", "https://"));
    assert_eq!(said.status, 2, "{}", said.out);
    assert!(said.err.contains("help: "), "{}", said.err);
}
