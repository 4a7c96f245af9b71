//! A real directory: OpenLDAP's server as Debian ships it, with people and groups of its own, over TLS on this machine.

use crate::Certificates;
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Below it is everything.
pub const SUFFIX: &str = "dc=harbour,dc=example";
/// Who may change everything, and the password for that.
pub const ADMIN: &str = "cn=admin,dc=harbour,dc=example";
pub const PASSWORD: &str = "a-password-of-the-directory";
pub const PEOPLE: &str = "ou=people,dc=harbour,dc=example";
pub const GROUPS: &str = "ou=groups,dc=harbour,dc=example";
/// A test waits so long for it to listen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running directory; it ends with the test.
#[derive(Debug)]
pub struct Slapd {
    home: TempDir,
    pub certificates: Certificates,
    secure: u16,
    plain: u16,
    child: Option<Child>,
}

impl Slapd {
    /// Starts one with the organisation, a branch for people and one for groups, and nobody in them.
    pub fn start() -> Self {
        Self::with(Certificates::make())
    }

    /// The same, with certificates that exist already.
    pub fn with(certificates: Certificates) -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::create_dir(home.path().join("data")).unwrap();
        let at = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
        let schemas: String =
            ["core", "cosine", "inetorgperson", "nis"].map(|name| format!("include /etc/ldap/schema/{name}.schema\n")).concat();
        let config = format!(
            "{schemas}modulepath /usr/lib/ldap\nmoduleload back_mdb\npidfile {}\nargsfile {}\n\
             TLSCACertificateFile {}\nTLSCertificateFile {}\nTLSCertificateKeyFile {}\nTLSVerifyClient never\n\
             database mdb\nmaxsize 67108864\nsuffix {SUFFIX}\nrootdn {ADMIN}\nrootpw {PASSWORD}\ndirectory {}\nindex objectClass,uid,mail,cn,member eq\n\
             access to attrs=userPassword by anonymous auth by * none\naccess to * by users read\n",
            at("slapd.pid"),
            at("slapd.args"),
            certificates.path("root.pem"),
            certificates.path("leaf.pem"),
            certificates.path("leaf.key"),
            at("data"),
        );
        std::fs::write(home.path().join("slapd.conf"), config).unwrap();
        let mut slapd = Self { home, certificates, secure: free_port(), plain: free_port(), child: None };
        slapd.start_again();
        slapd.changes(&format!(
            "dn: {SUFFIX}\nchangetype: add\nobjectClass: dcObject\nobjectClass: organization\ndc: harbour\no: Harbour\n\n\
             dn: {PEOPLE}\nchangetype: add\nobjectClass: organizationalUnit\nou: people\n\n\
             dn: {GROUPS}\nchangetype: add\nobjectClass: organizationalUnit\nou: groups\n"
        ));
        slapd
    }

    /// TLS from the beginning.
    pub fn url(&self) -> String {
        format!("ldaps://127.0.0.1:{}", self.secure)
    }

    /// TLS when it is asked for.
    pub fn plain_url(&self) -> String {
        format!("ldap://127.0.0.1:{}", self.plain)
    }

    /// It is gone, and keeps what it has.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            child.wait().unwrap();
        }
    }

    pub fn start_again(&mut self) {
        let urls = format!("ldaps://127.0.0.1:{}/ ldap://127.0.0.1:{}/", self.secure, self.plain);
        let config = self.home.path().join("slapd.conf");
        let mut command = Command::new(program());
        // With a level of debugging it stays in the foreground.
        command.args(["-d", "0", "-h", &urls, "-f"]).arg(config).stdin(Stdio::null());
        self.child = Some(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", self.secure)).is_err() || TcpStream::connect(("127.0.0.1", self.plain)).is_err() {
            if let Some(status) = self.child.as_mut().unwrap().try_wait().unwrap() {
                let output = self.child.take().unwrap().wait_with_output().unwrap();
                panic!("slapd ended with {status}: {}", String::from_utf8_lossy(&output.stderr));
            }
            assert!(Instant::now() < until, "slapd does not listen");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Somebody changes the directory: LDIF with a `changetype` in each record.
    pub fn changes(&self, ldif: &str) {
        let mut command = self.client("ldapmodify");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(ldif.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "ldapmodify: {}\n{ldif}", String::from_utf8_lossy(&output.stderr));
    }

    /// Somebody has an entry there; its name.
    pub fn person(&self, uid: &str, mail: &str) -> String {
        let dn = format!("uid={uid},{PEOPLE}");
        self.changes(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {uid}\ncn: {uid}\nsn: {uid}\nmail: {mail}\n"
        ));
        dn
    }

    /// A group of names with these members; its name.
    pub fn group(&self, cn: &str, members: &[&str]) -> String {
        let dn = format!("cn={cn},{GROUPS}");
        let members: String = members.iter().map(|member| format!("member: {member}\n")).collect();
        self.changes(&format!("dn: {dn}\nchangetype: add\nobjectClass: groupOfNames\ncn: {cn}\n{members}"));
        dn
    }

    /// What an attribute of an entry has, sorted; nothing when there is no such entry.
    pub fn values(&self, dn: &str, attribute: &str) -> Option<Vec<String>> {
        let mut command = self.client("ldapsearch");
        let output = command.args(["-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", dn, "(objectClass=*)", attribute]).output();
        let output = output.unwrap();
        // No such object.
        if output.status.code() == Some(32) {
            return None;
        }
        assert!(output.status.success(), "ldapsearch: {}", String::from_utf8_lossy(&output.stderr));
        let (text, start) = (String::from_utf8(output.stdout).unwrap(), format!("{attribute}: "));
        let mut values: Vec<String> = text.lines().filter_map(|line| line.strip_prefix(&start)).map(str::to_owned).collect();
        values.sort();
        Some(values)
    }

    /// A program of ldap-utils that asks as the administrator.
    fn client(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        // Whoever looks on here knows the server; what its certificate is worth to others is tested with others.
        command.env("LDAPTLS_REQCERT", "never");
        command.args(["-x", "-H", &self.url(), "-D", ADMIN, "-w", PASSWORD]);
        command
    }
}

impl Drop for Slapd {
    fn drop(&mut self) {
        self.stop();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The server, also where the search path has no programs of administrators.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin", "/usr/local/libexec"].map(PathBuf::from));
    let found = folders.map(|folder| folder.join("slapd")).find(|program| program.is_file());
    found.expect(
        "The tests of directories need OpenLDAP's server, and slapd is not there. Run `cargo xtask setup`, or install the packages \
         slapd and ldap-utils (as Debian calls them); its service need not run.",
    )
}
