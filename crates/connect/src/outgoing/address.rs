//! Which addresses may be reached. Whoever may type an address into a form must not reach through us what only this
//! machine or its neighbours reach: everything that is not on the public internet is refused, unless whoever runs the
//! server allowed it by name or by network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What is allowed although it is not public.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Folded.
    hosts: Vec<String>,
    networks: Vec<Network>,
}

/// All addresses with the same beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl Allowed {
    /// Reads a list of names (`id.example.com`), addresses (`10.1.2.3`) and networks (`10.0.0.0/8`, `fd00::/8`).
    pub fn parse<'a>(list: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut allowed = Self::default();
        for entry in list.into_iter().map(str::trim).filter(|entry| !entry.is_empty()) {
            let (address, bits) = entry.split_once('/').map_or((entry, None), |(address, bits)| (address, Some(bits)));
            let address = address.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
            match (address, bits) {
                (Ok(address), bits) => {
                    let (address, longest) = (address.to_canonical(), if address.to_canonical().is_ipv4() { 32 } else { 128 });
                    let bits = bits.map_or(Some(longest), |bits| bits.parse().ok().filter(|bits| *bits <= longest));
                    let bits = bits.ok_or_else(|| wrong(entry))?;
                    allowed.networks.push(Network { address, bits });
                }
                (Err(_), None) if is_name(entry) => allowed.hosts.push(entry.trim_end_matches('.').to_lowercase()),
                (Err(_), _) => return Err(wrong(entry)),
            }
        }
        Ok(allowed)
    }

    /// The host was allowed by its name, wherever that leads.
    pub fn names(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        self.hosts.contains(&host)
    }

    /// The address is in a network that was allowed.
    pub fn has(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.has(address))
    }
}

impl Network {
    fn has(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let differs = network.to_bits() ^ address.to_bits();
                self.bits == 0 || differs.checked_shr(32 - u32::from(self.bits)) == Some(0)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let differs = network.to_bits() ^ address.to_bits();
                self.bits == 0 || differs.checked_shr(128 - u32::from(self.bits)) == Some(0)
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

fn wrong(entry: &str) -> String {
    format!("“{entry}” is neither the name of a host nor a network. Write it like id.example.com or 10.0.0.0/8.")
}

fn is_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    // What looks like an address and is none was meant as one.
    let number = text.trim_end_matches('.').rsplit('.').next().is_some_and(|last| last.chars().all(|c| c.is_ascii_digit()));
    text.chars().all(letter) && !text.starts_with('.') && !number
}

/// Whether everybody on the internet reaches this address, so that asking it for somebody gives nothing away.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0 // this network
        || address.is_loopback()
        || address.is_private()
        || address.is_link_local() // also where clouds keep their metadata
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        || (a == 100 && (64..128).contains(&b)) // between a provider and its customers
        || (a == 192 && b == 0 && c == 0) // protocols
        || (a == 192 && b == 88 && c == 99) // relays to IPv6
        || (a == 198 && (b == 18 || b == 19)) // measuring
        || a >= 240; // kept
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, ..] = address.segments();
    // Only these are given out at all; loopback, link-local, unique local and multicast addresses are outside.
    let global = a & 0xe000 == 0x2000;
    // Protocols, among them tunnels that carry addresses of IPv4, and documentation.
    let special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8))
        || (a == 0x3fff && b < 0x1000) // documentation
        || a == 0x2002; // relays from IPv4, which carry one of its addresses
    // Translators put an address of IPv4 at the end; it counts.
    let translated = (a, b, c) == (0x0064, 0xff9b, 0) && address.segments().get(3..6) == Some(&[0, 0, 0]);
    if translated {
        let [.., g, h] = address.segments();
        return is_public_v4(Ipv4Addr::from_bits(u32::from(g) << 16 | u32::from(h)));
    }
    global && !special
}
