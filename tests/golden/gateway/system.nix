# Made by liminix-gen from gateway.py: edit that file, then run `liminix-gen emit` again.
{ liminix }:
let
  kernel = liminix.kernel {
    architecture = "mips";
    image = "vmlinux";
    source = "6.12";
    patches = import ./lib/kernel/patches/mips.nix;
    preinit = ./lib/kernel/preinit.nix;
    symbols = {
      ADVISE_SYSCALLS = "y";
      BINFMT_ELF = "y";
      BINFMT_SCRIPT = "y";
      BLK_DEV = "y";
      BLK_DEV_INITRD = "y";
      BLK_DEV_WRITE_MOUNTED = "y";
      BLOCK = "y";
      BQL = "y";
      BRIDGE = "m";
      BRIDGE_IGMP_SNOOPING = "y";
      BRIDGE_VLAN_FILTERING = "y";
      BUG = "y";
      CC_OPTIMIZE_FOR_SIZE = "y";
      CFG80211 = "m";
      CFG80211_CERTIFICATION_ONUS = "y";
      COMPAT_32BIT_TIME = "y";
      CPU_LITTLE_ENDIAN = "y";
      CPU_MIPS32_R2 = "y";
      CRYPTO = "y";
      CRYPTO_AES = "m";
      CRYPTO_CCM = "m";
      CRYPTO_CMAC = "m";
      CRYPTO_CTR = "m";
      CRYPTO_MANAGER_DISABLE_TESTS = "y";
      DEFAULT_FQ_CODEL = "y";
      DEVTMPFS = "y";
      DEVTMPFS_MOUNT = "y";
      EPOLL = "y";
      ETHTOOL_NETLINK = "y";
      EVENTFD = "y";
      EXPERT = "y";
      EXT4_FS = "y";
      FHANDLE = "y";
      FILE_LOCKING = "y";
      FORTIFY_SOURCE = "y";
      FUTEX = "y";
      FW_LOADER = "y";
      HARDENED_USERCOPY = "y";
      HIGH_RES_TIMERS = "y";
      HW_RANDOM = "y";
      HW_RANDOM_VIRTIO = "y";
      HZ_100 = "y";
      IFB = "m";
      INET = "y";
      INITRAMFS_COMPRESSION_NONE = "y";
      INITRAMFS_SOURCE = "\"preinit.cpio\"";
      INOTIFY_USER = "y";
      IPV6 = "y";
      IPV6_MULTIPLE_TABLES = "y";
      IPV6_TUNNEL = "m";
      IP_ADVANCED_ROUTER = "y";
      IP_MULTICAST = "y";
      IP_MULTIPLE_TABLES = "y";
      JFFS2_COMPRESSION_OPTIONS = "y";
      JFFS2_FS = "y";
      JFFS2_RTIME = "y";
      JFFS2_ZLIB = "y";
      KALLSYMS = "y";
      L2TP = "m";
      LIST_HARDENED = "y";
      MAC80211 = "m";
      MAC80211_HWSIM = "m";
      MAC80211_RC_MINSTREL = "y";
      MEMBARRIER = "y";
      MFD_SYSCON = "y";
      MIPS_BOOTLOADER_CMDLINE_COOKIE = "\"liminix\"";
      MIPS_BOOTLOADER_CMDLINE_REQUIRE_COOKIE = "y";
      MIPS_CMDLINE_DTB_EXTEND = "y";
      MIPS_ELF_APPENDED_DTB = "y";
      MIPS_FP_SUPPORT = "y";
      MIPS_MALTA = "y";
      MISC_FILESYSTEMS = "y";
      MODULES = "y";
      MODULE_UNLOAD = "y";
      MTD = "y";
      MTD_BLOCK = "y";
      MTD_BLOCK2MTD = "y";
      MTD_CFI = "y";
      MTD_CFI_INTELEXT = "y";
      MTD_CMDLINE_PARTS = "y";
      MTD_OF_PARTS = "y";
      MTD_PHRAM = "y";
      MTD_PHYSMAP = "y";
      MTD_PHYSMAP_OF = "y";
      MULTIUSER = "y";
      NET = "y";
      NETDEVICES = "y";
      NETFILTER = "y";
      NETFILTER_ADVANCED = "y";
      NETFILTER_INGRESS = "y";
      NETFILTER_NETLINK = "m";
      NETFILTER_NETLINK_LOG = "m";
      NETFILTER_NETLINK_OSF = "m";
      NETFILTER_NETLINK_QUEUE = "m";
      NET_ACT_MIRRED = "m";
      NET_CLS_ACT = "y";
      NET_CLS_MATCHALL = "m";
      NET_CORE = "y";
      NET_SCHED = "y";
      NET_SCH_CAKE = "m";
      NET_SCH_DEFAULT = "y";
      NET_SCH_FQ_CODEL = "y";
      NET_SCH_INGRESS = "m";
      NFT_CONNLIMIT = "m";
      NFT_CT = "m";
      NFT_DUP_IPV4 = "m";
      NFT_DUP_IPV6 = "m";
      NFT_FIB_INET = "m";
      NFT_FIB_IPV4 = "m";
      NFT_FIB_IPV6 = "m";
      NFT_FLOW_OFFLOAD = "m";
      NFT_HASH = "m";
      NFT_LIMIT = "m";
      NFT_LOG = "m";
      NFT_MASQ = "m";
      NFT_NAT = "m";
      NFT_NUMGEN = "m";
      NFT_OSF = "m";
      NFT_QUEUE = "m";
      NFT_QUOTA = "m";
      NFT_REDIR = "m";
      NFT_REJECT = "m";
      NFT_REJECT_INET = "m";
      NFT_REJECT_IPV4 = "m";
      NFT_REJECT_IPV6 = "m";
      NFT_SOCKET = "m";
      NFT_SYNPROXY = "m";
      NFT_TPROXY = "m";
      NF_CONNTRACK = "m";
      NF_CONNTRACK_EVENTS = "y";
      NF_CONNTRACK_FTP = "m";
      NF_CONNTRACK_H323 = "m";
      NF_CONNTRACK_IRC = "m";
      NF_CONNTRACK_LABELS = "y";
      NF_CONNTRACK_MARK = "y";
      NF_CONNTRACK_NETBIOS_NS = "m";
      NF_CONNTRACK_PPTP = "m";
      NF_CONNTRACK_SANE = "m";
      NF_CONNTRACK_SIP = "m";
      NF_CONNTRACK_SNMP = "m";
      NF_CONNTRACK_TFTP = "m";
      NF_CONNTRACK_ZONES = "y";
      NF_CT_NETLINK = "m";
      NF_CT_PROTO_DCCP = "y";
      NF_CT_PROTO_SCTP = "y";
      NF_CT_PROTO_UDPLITE = "y";
      NF_DUP_IPV4 = "m";
      NF_DUP_IPV6 = "m";
      NF_FLOW_TABLE = "m";
      NF_FLOW_TABLE_INET = "m";
      NF_LOG_SYSLOG = "m";
      NF_NAT = "m";
      NF_NAT_FTP = "m";
      NF_NAT_H323 = "m";
      NF_NAT_IRC = "m";
      NF_NAT_PPTP = "m";
      NF_NAT_SIP = "m";
      NF_NAT_TFTP = "m";
      NF_SOCKET_IPV4 = "m";
      NF_SOCKET_IPV6 = "m";
      NF_TABLES = "m";
      NF_TABLES_INET = "y";
      NF_TABLES_IPV4 = "y";
      NF_TABLES_IPV6 = "y";
      NF_TPROXY_IPV4 = "m";
      NF_TPROXY_IPV6 = "m";
      NO_HZ_IDLE = "y";
      PACKET = "y";
      PAGE_SIZE_4KB = "y";
      PANIC_ON_OOPS = "y";
      PANIC_TIMEOUT = "10";
      PARTITION_ADVANCED = "y";
      PCI = "y";
      PCI_QUIRKS = "y";
      POSIX_TIMERS = "y";
      POWER_RESET = "y";
      POWER_RESET_PIIX4_POWEROFF = "y";
      POWER_RESET_SYSCON = "y";
      PPP = "m";
      PPPOE = "m";
      PPPOL2TP = "m";
      PRINTK = "y";
      PRINTK_TIME = "y";
      PROC_FS = "y";
      PROC_PAGE_MONITOR = "y";
      PROC_SYSCTL = "y";
      RSEQ = "y";
      RTC_CLASS = "y";
      RTC_DRV_CMOS = "y";
      RTC_HCTOSYS = "y";
      RTC_SYSTOHC = "y";
      SECCOMP = "y";
      SECCOMP_FILTER = "y";
      SERIAL_8250 = "y";
      SERIAL_8250_CONSOLE = "y";
      SHMEM = "y";
      SIGNALFD = "y";
      SLAB_FREELIST_HARDENED = "y";
      SLAB_FREELIST_RANDOM = "y";
      SQUASHFS = "y";
      SQUASHFS_XZ = "y";
      STACKPROTECTOR = "y";
      STACKPROTECTOR_STRONG = "y";
      SYMBOLIC_ERRNAME = "y";
      SYN_COOKIES = "y";
      SYSFS = "y";
      TIMERFD = "y";
      TMPFS = "y";
      TTY = "y";
      UHI_BOOT = "y";
      UNIX = "y";
      UNIX98_PTYS = "y";
      VIRTIO_BLK = "y";
      VIRTIO_MENU = "y";
      VIRTIO_NET = "y";
      VIRTIO_PCI = "y";
      VLAN_8021Q = "m";
      WIREGUARD = "m";
      WIRELESS = "y";
      WLAN = "y";
    };
  };

  hardware = liminix.using ./lib/kernel/hardware.nix {
    inherit kernel;
    attached = [ ];
    deviceTree = "mti/malta.dtb";
    leftOut = [ ];
    modules = [
      "bridge"
      "nf_log_syslog"
      "nf_tables"
      "nft_chain_nat"
      "nft_ct"
      "nft_fib_ipv6"
      "nft_limit"
      "nft_log"
      "nft_masq"
    ];
    undriven = {
      "mti,malta-lcd" = "eight characters that QEMU shows nowhere";
    };
  };

  services = {
    "modules.bridge.primary" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.bridge.primary";
      modules = [ "bridge" ];
    };
    "modules.firewall" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.firewall";
      modules = [ "nf_tables" ];
    };
    "modules.firewall.rest" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.firewall.rest";
      modules = [
        "nf_log_syslog"
        "nft_chain_nat"
        "nft_ct"
        "nft_fib_ipv6"
        "nft_limit"
        "nft_log"
        "nft_masq"
      ];
      needs = [ "modules.firewall" ];
    };
    "dns.upstreams" = liminix.callService {
      name = "dns.upstreams";
      body = ./modules/dnsmasq/upstreams.nix;
      type = "longrun";
      parameters = {
        resolvconf = services."wan".output "resolv.conf";
      };
      observes = [ "wan" ];
    };
    forward = liminix.callService {
      name = "forward";
      body = ./modules/network/forward/forward.nix;
      type = "oneshot";
      parameters = {
        families = [
          "ipv4"
          "ipv6"
        ];
      };
    };
    hostname = liminix.callService {
      name = "hostname";
      body = ./modules/base/hostname/hostname.nix;
      type = "oneshot";
      parameters = {
        hostname = "gateway";
      };
    };
    klog = liminix.callService {
      name = "klog";
      body = ./modules/base/klog/klog.nix;
      type = "longrun";
    };
    resolver = liminix.callService {
      name = "resolver";
      body = ./modules/network/resolver/resolver.nix;
      type = "longrun";
      parameters = {
        nameservers = [ ];
        source = services."wan".output "resolv.conf";
      };
      observes = [ "wan" ];
    };
    "sysctl.early" = liminix.callService {
      name = "sysctl.early";
      body = ./modules/base/sysctl/early.nix;
      type = "oneshot";
      parameters = {
        hardening = {
          "fs/protected_fifos" = "2";
          "fs/protected_hardlinks" = "1";
          "fs/protected_regular" = "2";
          "fs/protected_symlinks" = "1";
          "kernel/dmesg_restrict" = "1";
          "kernel/kptr_restrict" = "1";
          "kernel/randomize_va_space" = "2";
          "net/ipv4/conf/all/accept_redirects" = "0";
          "net/ipv4/conf/all/accept_source_route" = "0";
          "net/ipv4/conf/all/send_redirects" = "0";
          "net/ipv4/conf/default/accept_redirects" = "0";
          "net/ipv4/conf/default/accept_source_route" = "0";
          "net/ipv4/conf/default/arp_announce" = "2";
          "net/ipv4/conf/default/arp_ignore" = "1";
          "net/ipv4/conf/default/rp_filter" = "1";
          "net/ipv4/conf/default/send_redirects" = "0";
          "net/ipv6/conf/*/accept_redirects" = "0";
        };
      };
    };
    loopback = liminix.callService {
      name = "loopback";
      body = ./modules/base/loopback/loopback.nix;
      type = "oneshot";
      needs = [ "sysctl.early" ];
    };
    "firewall.closed" = liminix.callService {
      name = "firewall.closed";
      body = ./modules/firewall/closed.nix;
      type = "oneshot";
      packages = [ "nftables" ];
      parameters = {
        closed = ''
          table inet closed {
          	set lan { type ifname; }
          	chain forward { type filter hook forward priority filter; policy drop; }
          	chain input { type filter hook input priority filter; policy drop; }
          	chain output { type filter hook output priority filter; policy accept; }
          }
          flush table inet closed
          add rule inet closed output icmpv6 type nd-redirect drop
          add rule inet closed input iifname "lo" accept
          add rule inet closed input iifname @lan icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept
          add rule inet closed input iifname @lan tcp dport { 22 } accept
        '';
      };
      needs = [ "modules.firewall" ];
    };
    "firewall.rescue" = liminix.callService {
      name = "firewall.rescue";
      body = ./modules/firewall/rescue.nix;
      type = "longrun";
      packages = [ "nftables" ];
      parameters = {
        zones = {
          lan = [ services."primary.int" ];
        };
      };
      needs = [
        "firewall.closed"
        "modules.firewall"
      ];
      observes = [ "primary.int" ];
    };
    "link.lan" = liminix.callService {
      name = "link.lan";
      body = ./modules/network/link/link.nix;
      type = "oneshot";
      packages = [ "interface-wait" ];
      parameters = {
        devpath = "/devices/pci0000:00/0000:00:12.0";
        ifname = "lan";
        mac = null;
        mtu = null;
      };
      needs = [
        "firewall.closed"
        "sysctl.early"
      ];
    };
    "link.wan" = liminix.callService {
      name = "link.wan";
      body = ./modules/network/link/link.nix;
      type = "oneshot";
      packages = [ "interface-wait" ];
      parameters = {
        devpath = "/devices/pci0000:00/0000:00:13.0";
        ifname = "wan";
        mac = null;
        mtu = null;
      };
      needs = [
        "firewall.closed"
        "sysctl.early"
      ];
    };
    firewall = liminix.callService {
      name = "firewall";
      body = ./modules/firewall/firewall.nix;
      type = "longrun";
      packages = [ "nftables" ];
      parameters = {
        closed = ''
          table inet closed {
          	set lan { type ifname; }
          	chain forward { type filter hook forward priority filter; policy drop; }
          	chain input { type filter hook input priority filter; policy drop; }
          	chain output { type filter hook output priority filter; policy accept; }
          }
          flush table inet closed
          add rule inet closed output icmpv6 type nd-redirect drop
          add rule inet closed input iifname "lo" accept
          add rule inet closed input iifname @lan icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept
          add rule inet closed input iifname @lan tcp dport { 22 } accept
        '';
        expressions = [
          "chain"
          "ct"
          "fib"
          "limit"
          "log"
          "masq"
          "notrack"
        ];
        families = [
          "ip"
          "ip6"
        ];
        offload = null;
        offload_to_hardware = false;
        opened = ''
          table inet closed {
          	chain forward { }
          	chain input { }
          	chain output { }
          }
          delete chain inet closed forward
          delete chain inet closed input
          delete chain inet closed output
        '';
        ruleset = ''
          table ip table-ip
          delete table ip table-ip
          table ip table-ip {
          	set lan {
          		type ifname
          	}
          	set wan {
          		type ifname
          	}
          	chain forward-allowed-ip4 {
          	}
          	chain forward-ip4 {
          		type filter hook forward priority filter; policy drop;
          		oifname @wan ct state invalid drop
          		oifname @lan ct state established,related accept
          		oifname @wan ct state established,related accept
          		iifname @lan oifname @wan accept
          		iifname @lan oifname @lan accept
          		iifname @wan ct status dnat accept
          		iifname @wan oifname @lan jump forward-allowed-ip4
          		limit rate 5/second burst 20 packets log prefix "forward-ip4 denied: "
          	}
          	chain incoming-allowed-ip4 {
          	}
          	chain input-ip4 {
          		type filter hook input priority filter; policy drop;
          		iifname "lo" accept
          		icmp type redirect drop
          		ct state established,related accept
          		iifname != @wan icmp type echo-request accept
          		iifname @lan jump input-ip4-lan
          		iifname @wan jump input-ip4-wan
          		iifname @wan jump incoming-allowed-ip4
          		limit rate 5/second burst 20 packets log prefix "input-ip4 denied: "
          	}
          	chain input-ip4-lan {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 22, 53 } accept
          	}
          	chain input-ip4-wan {
          		udp dport 68 udp sport 67 accept
          	}
          	chain postrouting-ip4 {
          		type nat hook postrouting priority srcnat; policy accept;
          		oifname @wan masquerade
          	}
          	chain prerouting-ip4 {
          		type nat hook prerouting priority dstnat; policy accept;
          	}
          }
          table ip6 table-ip6
          delete table ip6 table-ip6
          table ip6 table-ip6 {
          	set lan {
          		type ifname
          	}
          	set wan {
          		type ifname
          	}
          	chain bogons-ip6 {
          		type filter hook prerouting priority filter; policy accept;
          		ip6 saddr :: icmpv6 type { nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report } accept
          		ip6 saddr ff00::/8 drop
          		ip6 saddr :: drop
          		ip6 daddr :: drop
          		ip6 saddr 2001:db8::/32 drop
          		ip6 daddr 2001:db8::/32 drop
          		fib saddr . iif oif missing drop
          		icmpv6 type { 100, 101, 127, 138, 139, 140, 200, 201, 255 } drop
          		icmpv6 type destination-unreachable ct state new,invalid,untracked drop
          		rt type 0 drop
          	}
          	chain forward-allowed-ip6 {
          	}
          	chain forward-ip6 {
          		type filter hook forward priority filter; policy drop;
          		ip6 saddr ::1 drop
          		ip6 daddr ::1 drop
          		ip6 saddr { ::ffff:0:0/96, fe80::/10, 2001:10::/28, 2001:20::/28 } drop
          		ip6 daddr { ::ffff:0:0/96, fe80::/10, 2001:10::/28, 2001:20::/28 } drop
          		oifname @wan ip6 saddr fc00::/7 drop
          		iifname @wan ip6 saddr fc00::/7 drop
          		oifname @wan ip6 daddr fc00::/7 drop
          		ip6 daddr ff00::/8 ip6 daddr & 000f:: <= 0008:: drop
          		iifname @wan oifname @lan jump transit-ip6
          		iifname @lan oifname @wan jump transit-ip6
          		oifname @wan ct state invalid drop
          		oifname @lan ct state established,related accept
          		oifname @wan ct state established,related accept
          		iifname @lan oifname @wan accept
          		iifname @lan oifname @lan accept
          		iifname @wan oifname @lan jump forward-allowed-ip6
          		limit rate 5/second burst 20 packets log prefix "forward-ip6 denied: "
          	}
          	chain incoming-allowed-ip6 {
          	}
          	chain input-ip6 {
          		type filter hook input priority filter; policy drop;
          		iifname "lo" accept
          		ct state established,related accept
          		icmpv6 type { nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert, mld-listener-query } accept
          		iifname != @wan icmpv6 type echo-request accept
          		iifname @lan icmpv6 type nd-router-solicit accept
          		iifname @lan jump input-ip6-lan
          		iifname @wan jump input-ip6-wan
          		iifname @wan jump incoming-allowed-ip6
          		limit rate 5/second burst 20 packets log prefix "input-ip6 denied: "
          	}
          	chain input-ip6-lan {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 22, 53 } accept
          	}
          	chain input-ip6-wan {
          		ip6 saddr fe80::/10 udp dport 546 accept
          	}
          	chain output-ip6 {
          		type filter hook output priority filter; policy accept;
          		icmpv6 type nd-redirect drop
          	}
          	chain transit-ip6 {
          		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, echo-reply, 144, 145, 146, 147 } accept
          		meta l4proto { ah, esp, 139 } accept
          	}
          }
        '';
        zones = {
          lan = [ services."primary.int" ];
          wan = [ services."link.wan" ];
        };
      };
      needs = [
        "firewall.closed"
        "modules.firewall"
        "modules.firewall.rest"
      ];
      observes = [
        "link.wan"
        "primary.int"
      ];
      upTimeout = 60000;
      downTimeout = 60000;
    };
    "primary.int" = liminix.callService {
      name = "primary.int";
      body = ./modules/bridge/primary/primary.nix;
      type = "oneshot";
      parameters = {
        ifname = "int";
        igmp_snooping = false;
      };
      needs = [
        "firewall.closed"
        "modules.bridge.primary"
        "sysctl.early"
      ];
    };
    "int.ports.port0" = liminix.callService {
      name = "int.ports.port0";
      body = ./modules/bridge/members/port.nix;
      type = "longrun";
      packages = [ "interface-wait" ];
      parameters = {
        member = services."link.lan";
        primary = services."primary.int";
      };
      needs = [
        "link.lan"
        "primary.int"
      ];
    };
    "int.ports" = liminix.callService {
      name = "int.ports";
      body = ./modules/bridge/members/members.nix;
      type = "oneshot";
      parameters = {
        primary = services."primary.int";
      };
      needs = [
        "int.ports.port0"
        "primary.int"
      ];
    };
    lan = liminix.callService {
      name = "lan";
      body = ./modules/network/address/address.nix;
      type = "oneshot";
      parameters = {
        address = "192.168.19.1";
        family = "inet";
        interface = services."primary.int";
        prefix_length = 24;
        router = null;
      };
      needs = [ "primary.int" ];
    };
    dns = liminix.callService {
      name = "dns";
      body = ./modules/dnsmasq/dnsmasq.nix;
      type = "longrun";
      packages = [ "dnsmasq-small" ];
      parameters = {
        arguments = [
          "--user=dnsmasq"
          "--group=dnsmasq"
          "--domain=lan"
          "--local=/lan/"
          "--domain-needed"
          "--bogus-priv"
          "--stop-dns-rebind"
          "--dhcp-name-match=set:nobodys,isatap"
          "--dhcp-name-match=set:nobodys,localhost"
          "--dhcp-name-match=set:nobodys,wpad"
          "--dhcp-name-match=set:nobodys,isatap.*"
          "--dhcp-name-match=set:nobodys,localhost.*"
          "--dhcp-name-match=set:nobodys,wpad.*"
          "--dhcp-ignore-names=tag:nobodys"
          "--dhcp-range=192.168.19.10,192.168.19.250"
          "--dhcp-host=02:00:00:00:00:05,192.168.19.5,printer,86400"
          "--host-record=printer.lan,printer,192.168.19.5"
        ];
        blocked = [ ];
        constructed = null;
        domain = "lan";
        follows = true;
        interface = services."lan";
        signed = false;
      };
      needs = [
        "dns.upstreams"
        "lan"
      ];
    };
    ntp = liminix.callService {
      name = "ntp";
      body = ./modules/ntp/ntp.nix;
      type = "longrun";
      packages = [ "chrony-small" ];
      parameters = {
        configuration = ''
          pool pool.ntp.org iburst
          makestep 1.0 3
          allow 192.168.19.0/24
          dumpdir /run/chrony
          cmdport 0
        '';
        interface = services."primary.int";
        user = "ntp";
      };
      needs = [ "primary.int" ];
    };
    "ntp.names" = liminix.callService {
      name = "ntp.names";
      body = ./modules/ntp/names.nix;
      type = "longrun";
      packages = [ "chrony-small" ];
      needs = [ "ntp" ];
      observes = [
        "default-route"
        "resolver"
      ];
    };
    ssh = liminix.callService {
      name = "ssh";
      body = ./modules/ssh/ssh.nix;
      type = "longrun";
      packages = [
        "dropbear-small"
        "interface-listen"
      ];
      parameters = {
        arguments = [ ];
        authorized_keys = {
          root = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO1MKft3r4/p8IN9Yy3rfj7EWCPbzzNAZJ7vNAGpv5gQ";
        };
        interfaces = [ services."primary.int" ];
        listening = [ "22" ];
      };
      needs = [ "primary.int" ];
      upTimeout = 120000;
    };
    sysctl = liminix.callService {
      name = "sysctl";
      body = ./modules/base/sysctl/sysctl.nix;
      type = "oneshot";
      needs = [
        "modules.bridge.primary"
        "modules.firewall"
        "modules.firewall.rest"
        "sysctl.early"
      ];
    };
    "wan.daemon" = liminix.callService {
      name = "wan.daemon";
      body = ./modules/network/dhcp/client/daemon.nix;
      type = "longrun";
      packages = [ "services" ];
      parameters = {
        arguments = [ ];
        host_name = null;
        interface = services."link.wan";
        request = "";
      };
      needs = [ "link.wan" ];
    };
    wan = liminix.callService {
      name = "wan";
      body = ./modules/network/dhcp/client/lease.nix;
      type = "oneshot";
      parameters = {
        interface = services."link.wan";
      };
      needs = [
        "link.wan"
        "wan.daemon"
      ];
      controlled = true;
    };
    default-route = liminix.callService {
      name = "default-route";
      body = ./modules/network/route/route.nix;
      type = "oneshot";
      parameters = {
        interface = services."wan";
        metric = 100;
        target = "default";
        via = services."wan".output "router";
      };
      needs = [ "wan" ];
    };
    "wan.carrier" = liminix.callService {
      name = "wan.carrier";
      body = ./modules/network/dhcp/client/carrier.nix;
      type = "longrun";
      packages = [ "interface-wait" ];
      parameters = {
        interface = services."link.wan";
      };
      needs = [
        "link.wan"
        "wan.daemon"
      ];
    };
  };
in
liminix.system {
  inherit hardware;
  inherit kernel;
  inherit services;
  board = {
    name = "qemu-mipsel";
    bigEndian = false;
    root = {
      type = "squashfs";
    };
    boot = {
      format = "elf";
      bootargs = "bootargs";
    };
    tftp = {
      memory = {
        address = "0x00000000";
        sizeBytes = 268435456;
      };
      kernel = {
        address = "0x04000000";
        sizeBytes = 67108864;
      };
      root = {
        address = "0x08000000";
        sizeBytes = 100663296;
      };
      reserved = {
        U-Boot = {
          address = "0x0e000000";
          sizeBytes = 33554432;
        };
      };
    };
  };
  commandLine = "console=ttyS0 root=/dev/vda rootfstype=squashfs ro init=/init";
  console = "shell";
  consoleDevice = "ttyS0";
  files = {
    "/etc/group" = {
      kind = "file";
      text = ''
        root:x:0:
        system:x:1:
        dnsmasq:x:51:
        ntp:x:52:
        nobody:x:65534:
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hostname" = {
      kind = "file";
      text = "gateway\n";
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hosts" = {
      kind = "file";
      text = ''
        127.0.0.1 localhost
        ::1 localhost
        127.0.1.1 gateway
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/passwd" = {
      kind = "file";
      text = ''
        root:x:0:0::/root:/bin/sh
        dnsmasq:x:51:51::/run:/bin/false
        ntp:x:52:52::/run:/bin/false
        nobody:x:65534:65534::/run:/bin/false
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/profile" = {
      kind = "file";
      text = ''
        export PATH=/bin
        PS1='\u@\h:\w\$ '
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/resolv.conf" = {
      kind = "link";
      target = "/run/resolv.conf";
    };
    "/etc/shadow" = {
      kind = "file";
      text = ''
        root:!:::::::
        dnsmasq:!:::::::
        ntp:!:::::::
        nobody:!:::::::
      '';
      mode = "0600";
      user = 0;
      group = 0;
    };
    "/etc/shells" = {
      kind = "file";
      text = "/bin/sh\n";
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/sysctl.conf" = {
      kind = "file";
      text = ''
        net/ipv6/conf/all/accept_ra = 0
        net/ipv6/conf/all/autoconf = 0
        net/ipv6/conf/default/accept_ra = 0
        net/ipv6/conf/default/autoconf = 0
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/home" = {
      kind = "directory";
      mode = "0755";
      user = 0;
      group = 0;
    };
    "/root" = {
      kind = "directory";
      mode = "0700";
      user = 0;
      group = 0;
    };
    "/root/.ssh" = {
      kind = "link";
      target = "/run/ssh/root";
    };
    "/usr/lib/execline" = {
      kind = "link";
      target = "${liminix.packages.execline}/lib/execline";
    };
    "/var" = {
      kind = "directory";
      mode = "0755";
      user = 0;
      group = 0;
    };
    "/var/log" = {
      kind = "link";
      target = "/run/log";
    };
    "/var/run" = {
      kind = "link";
      target = "/run";
    };
  };
  hostname = "gateway";
  images = {
    device-tree = ./outputs/device_tree/output.nix;
    kernel-image = ./outputs/kernel_image/output.nix;
    kexecboot = ./outputs/kexecboot/output.nix;
    squashfs = ./outputs/squashfs/output.nix;
    tftpboot = ./outputs/tftpboot/output.nix;
    vmroot = ./outputs/vmroot/output.nix;
  };
  outputs = {
    kexecboot = {
      ramBytes = 268435456;
      rootAddress = "0x04000000";
    };
    squashfs = { };
    tftpboot = { };
    vmroot = { };
  };
  packages = [
    "busybox"
    "chrony-small"
    "execline"
    "logread"
    "nftables"
    "s6"
    "services"
    "system"
  ];
  qemu = [ ];
  scripts = {
    boot-memory = ./lib/python/boot_memory.py;
    boot-tree = ./lib/python/boot_tree.py;
    kexec-image = ./lib/python/kexec_image.py;
    root-tree = ./lib/python/root_tree.py;
  };
  trialSeconds = 300;
}
