# Made by liminix-gen from home.py: edit that file, then run `liminix-gen emit` again.
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
      "8021q"
      "act_mirred"
      "bridge"
      "cls_matchall"
      "ext4"
      "ifb"
      "nf_log_syslog"
      "nf_tables"
      "nft_chain_nat"
      "nft_ct"
      "nft_fib_ipv4"
      "nft_fib_ipv6"
      "nft_limit"
      "nft_log"
      "nft_masq"
      "nft_nat"
      "pppoe"
      "sch_cake"
      "sch_ingress"
      "wireguard"
    ];
    undriven = {
      "mti,malta-lcd" = "eight characters that QEMU shows nowhere";
    };
  };

  services = {
    "modules.base.state" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.base.state";
      modules = [ "ext4" ];
    };
    "modules.bridge.members" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.bridge.members";
      modules = [ "bridge" ];
    };
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
        "nft_fib_ipv4"
        "nft_fib_ipv6"
        "nft_limit"
        "nft_log"
        "nft_masq"
        "nft_nat"
      ];
      needs = [ "modules.firewall" ];
    };
    "modules.pppoe" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.pppoe";
      modules = [
        "nf_tables"
        "pppoe"
      ];
    };
    "modules.qos.cake" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.qos.cake";
      modules = [
        "act_mirred"
        "cls_matchall"
        "ifb"
        "sch_cake"
        "sch_ingress"
      ];
    };
    "modules.vlan" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.vlan";
      modules = [ "8021q" ];
    };
    "modules.wireguard" = liminix.using ./lib/kernel/kernel-modules.nix {
      inherit kernel;
      name = "modules.wireguard";
      modules = [ "wireguard" ];
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
        hostname = "home";
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
        source = services."line".output "resolv.conf";
      };
      observes = [ "line" ];
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
    state = liminix.callService {
      name = "state";
      body = ./modules/base/state/state.nix;
      type = "oneshot";
      parameters = {
        label = "state";
      };
      needs = [ "modules.base.state" ];
      upTimeout = 60000;
    };
    "file.ppp" = liminix.callService {
      name = "file.ppp";
      body = ./modules/secret/file/file.nix;
      type = "longrun";
      packages = [
        "secret-file"
        "services"
      ];
      parameters = {
        path = "/state/secrets/ppp";
      };
      needs = [ "state" ];
    };
    "guests-names.upstreams" = liminix.callService {
      name = "guests-names.upstreams";
      body = ./modules/dnsmasq/upstreams.nix;
      type = "longrun";
      parameters = {
        resolvconf = services."line".output "resolv.conf";
      };
      needs = [ "state" ];
      observes = [ "line" ];
    };
    "lan-names.upstreams" = liminix.callService {
      name = "lan-names.upstreams";
      body = ./modules/dnsmasq/upstreams.nix;
      type = "longrun";
      parameters = {
        resolvconf = services."line".output "resolv.conf";
      };
      needs = [ "state" ];
      observes = [ "line" ];
    };
    "things-names.upstreams" = liminix.callService {
      name = "things-names.upstreams";
      body = ./modules/dnsmasq/upstreams.nix;
      type = "longrun";
      parameters = {
        resolvconf = services."line".output "resolv.conf";
      };
      needs = [ "state" ];
      observes = [ "line" ];
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
          lan = [
            services."primary.int"
            services."vpn"
          ];
        };
      };
      needs = [
        "firewall.closed"
        "modules.firewall"
      ];
      observes = [
        "primary.int"
        "vpn"
      ];
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
          "nat"
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
          	set guests {
          		type ifname
          	}
          	set lan {
          		type ifname
          	}
          	set things {
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
          		oifname @guests ct state established,related accept
          		oifname @lan ct state established,related accept
          		oifname @things ct state established,related accept
          		oifname @wan ct state established,related accept
          		iifname @guests oifname @wan accept
          		iifname @lan oifname @wan accept
          		iifname @lan oifname @lan accept
          		iifname @lan oifname @things accept
          		iifname @wan ct status dnat accept
          		iifname @guests ct status dnat accept
          		iifname @lan ct status dnat accept
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
          		iifname @guests jump input-ip4-guests
          		iifname @lan jump input-ip4-lan
          		iifname @things jump input-ip4-things
          		iifname @wan jump input-ip4-wan
          		iifname @wan jump incoming-allowed-ip4
          		iifname @wan jump open-ip4-wan
          		limit rate 5/second burst 20 packets log prefix "input-ip4 denied: "
          	}
          	chain input-ip4-guests {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 53 } accept
          	}
          	chain input-ip4-lan {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 22, 53 } accept
          	}
          	chain input-ip4-things {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 53 } accept
          	}
          	chain input-ip4-wan {
          		udp dport 68 udp sport 67 accept
          	}
          	chain open-ip4-wan {
          		udp dport 51820 accept comment "vpn"
          	}
          	chain port-forward-ip4 {
          		type nat hook prerouting priority dstnat; policy accept;
          		iifname @wan fib daddr type local tcp dport 443 dnat to 192.168.19.5 comment "web"
          		iifname @guests fib daddr . iif type != local fib daddr type local tcp dport 443 dnat to 192.168.19.5 comment "web"
          		iifname @lan fib daddr . iif type != local fib daddr type local tcp dport 443 dnat to 192.168.19.5 comment "web"
          	}
          	chain postrouting-ip4 {
          		type nat hook postrouting priority srcnat; policy accept;
          		oifname @wan masquerade
          		iifname @guests oifname @guests ct status dnat masquerade
          		iifname @lan oifname @lan ct status dnat masquerade
          	}
          	chain prerouting-ip4 {
          		type nat hook prerouting priority dstnat; policy accept;
          	}
          }
          table ip6 table-ip6
          delete table ip6 table-ip6
          table ip6 table-ip6 {
          	set guests {
          		type ifname
          	}
          	set lan {
          		type ifname
          	}
          	set things {
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
          		iifname @wan oifname @guests jump transit-ip6
          		iifname @guests oifname @wan jump transit-ip6
          		iifname @wan oifname @lan jump transit-ip6
          		iifname @lan oifname @wan jump transit-ip6
          		oifname @wan ct state invalid drop
          		oifname @guests ct state established,related accept
          		oifname @lan ct state established,related accept
          		oifname @things ct state established,related accept
          		oifname @wan ct state established,related accept
          		iifname @guests oifname @wan accept
          		iifname @lan oifname @wan accept
          		iifname @lan oifname @lan accept
          		iifname @lan oifname @things accept
          		jump port-forward-ip6
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
          		iifname @guests icmpv6 type nd-router-solicit accept
          		iifname @guests jump input-ip6-guests
          		iifname @lan icmpv6 type nd-router-solicit accept
          		iifname @lan jump input-ip6-lan
          		iifname @things icmpv6 type nd-router-solicit accept
          		iifname @things jump input-ip6-things
          		iifname @wan jump input-ip6-wan
          		iifname @wan jump incoming-allowed-ip6
          		iifname @wan jump open-ip6-wan
          		limit rate 5/second burst 20 packets log prefix "input-ip6 denied: "
          	}
          	chain input-ip6-guests {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 53 } accept
          	}
          	chain input-ip6-lan {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 22, 53 } accept
          	}
          	chain input-ip6-things {
          		udp dport { 53, 67, 123, 547 } accept
          		tcp dport { 53 } accept
          	}
          	chain input-ip6-wan {
          		ip6 saddr fe80::/10 udp dport 546 accept
          	}
          	chain open-ip6-wan {
          		udp dport 51820 accept comment "vpn"
          	}
          	chain output-ip6 {
          		type filter hook output priority filter; policy accept;
          		icmpv6 type nd-redirect drop
          	}
          	chain port-forward-ip6 {
          		iifname @wan oifname != @wan ip6 daddr & ::ffff:ffff:ffff:ffff == ::5 tcp dport 443 accept comment "web"
          		iifname @guests oifname != @wan ip6 daddr & ::ffff:ffff:ffff:ffff == ::5 tcp dport 443 accept comment "web"
          		iifname @lan oifname != @wan ip6 daddr & ::ffff:ffff:ffff:ffff == ::5 tcp dport 443 accept comment "web"
          	}
          	chain transit-ip6 {
          		icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem, echo-request, echo-reply, 144, 145, 146, 147 } accept
          		meta l4proto { ah, esp, 139 } accept
          	}
          }
        '';
        zones = {
          guests = [ services."vlan.guests" ];
          lan = [
            services."primary.int"
            services."vpn"
          ];
          things = [ services."vlan.things" ];
          wan = [ services."line" ];
        };
      };
      needs = [
        "firewall.closed"
        "modules.firewall"
        "modules.firewall.rest"
      ];
      observes = [
        "line"
        "primary.int"
        "vlan.guests"
        "vlan.things"
        "vpn"
      ];
      upTimeout = 60000;
      downTimeout = 60000;
    };
    "line.clamp" = liminix.callService {
      name = "line.clamp";
      body = ./modules/pppoe/clamp.nix;
      type = "oneshot";
      packages = [ "nftables" ];
      parameters = {
        ifname = "ppp0";
        mtu = 1492;
      };
      needs = [
        "firewall.closed"
        "modules.pppoe"
        "sysctl.early"
      ];
    };
    "line.daemon" = liminix.callService {
      name = "line.daemon";
      body = ./modules/pppoe/daemon.nix;
      type = "longrun";
      packages = [
        "pppd"
        "services"
      ];
      parameters = {
        interface = services."link.wan";
        options = ''
          noauth
          hide-password
          nodetach
          logfd 2
          maxfail 1
          noaccomp
          nopcomp
          nobsdcomp
          nodeflate
          novj
          default-asyncmap
          refuse-eap
          nodefaultroute
          noipdefault
          usepeerdns
          ifname ppp0
          mtu 1492
          mru 1492
          lcp-echo-interval 10
          lcp-echo-failure 4
          +ipv6 ipv6cp-accept-local
        '';
        password = services."file.ppp".secret "value";
        service_name = null;
        username = "user@provider.example";
      };
      needs = [
        "file.ppp"
        "line.clamp"
        "link.wan"
        "modules.pppoe"
      ];
    };
    line = liminix.callService {
      name = "line";
      body = ./modules/pppoe/session.nix;
      type = "longrun";
      parameters = {
        bandwidth = null;
        ifname = "ppp0";
      };
      needs = [
        "firewall.closed"
        "line.daemon"
        "modules.pppoe"
        "sysctl.early"
      ];
      controlled = true;
    };
    "autoconfig.ppp0" = liminix.callService {
      name = "autoconfig.ppp0";
      body = ./modules/ipv6/autoconfig/autoconfig.nix;
      type = "oneshot";
      parameters = {
        interface = services."line";
        settings = {
          accept_ra = "2";
          autoconf = "1";
        };
        solicits = true;
      };
      needs = [ "line" ];
    };
    default-route = liminix.callService {
      name = "default-route";
      body = ./modules/network/route/route.nix;
      type = "oneshot";
      parameters = {
        interface = services."line";
        metric = 100;
        target = "default";
        via = services."line".output "router";
      };
      needs = [ "line" ];
    };
    "prefix.daemon" = liminix.callService {
      name = "prefix.daemon";
      body = ./modules/dhcp6/client/daemon.nix;
      type = "longrun";
      packages = [
        "dhcpcd"
        "services"
      ];
      parameters = {
        configuration = ''
          ipv6only
          noipv6rs
          noconfigure
          option dhcp6_name_servers, dhcp6_domain_search
          define6 64 domain aftr_name
          option dhcp6_aftr_name
          ia_pd 392978058/::/56
        '';
        interface = services."autoconfig.ppp0";
      };
      needs = [
        "autoconfig.ppp0"
        "state"
      ];
    };
    prefix = liminix.callService {
      name = "prefix";
      body = ./modules/dhcp6/client/lease.nix;
      type = "longrun";
      parameters = {
        interface = services."autoconfig.ppp0";
      };
      needs = [
        "autoconfig.ppp0"
        "prefix.daemon"
        "state"
      ];
      controlled = true;
    };
    queues = liminix.callService {
      name = "queues";
      body = ./modules/qos/cake/cake.nix;
      type = "oneshot";
      packages = [ "cake" ];
      parameters = {
        download = 100000000;
        interface = services."line";
        percent = 95;
        shape = [
          46
          84
          "plain"
          "diffserv3"
          "nat"
          100000
        ];
        upload = 40000000;
      };
      needs = [
        "line"
        "modules.qos.cake"
      ];
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
    "address.int.192.168.19.1" = liminix.callService {
      name = "address.int.192.168.19.1";
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
    lan-names = liminix.callService {
      name = "lan-names";
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
          "--enable-ra"
        ];
        blocked = [ ];
        constructed = [
          "::"
          "ra-only,64"
        ];
        domain = "lan";
        follows = true;
        interface = services."address.int.192.168.19.1";
        signed = false;
      };
      needs = [
        "address.int.192.168.19.1"
        "lan-names.upstreams"
        "state"
      ];
    };
    lan6 = liminix.callService {
      name = "lan6";
      body = ./modules/dhcp6/prefix/prefix.nix;
      type = "longrun";
      packages = [ "services" ];
      parameters = {
        acquired = services."prefix".output "acquired";
        host = 1;
        interface = services."primary.int";
        prefixes = services."prefix".output "prefixes";
        subnet = 0;
      };
      needs = [ "primary.int" ];
      observes = [ "prefix" ];
    };
    "ports.vlans" = liminix.callService {
      name = "ports.vlans";
      body = ./modules/bridge/members/vlans.nix;
      type = "oneshot";
      packages = [ "bridge-vlans" ];
      parameters = {
        primary = services."primary.int";
        vlans = "1u,20t,30t";
      };
      needs = [
        "modules.bridge.members"
        "primary.int"
      ];
    };
    "ports.port0" = liminix.callService {
      name = "ports.port0";
      body = ./modules/bridge/members/vlan-port.nix;
      type = "longrun";
      packages = [
        "bridge-vlans"
        "interface-wait"
      ];
      parameters = {
        member = services."link.lan";
        primary = services."primary.int";
        vlans = "1u,20t,30t";
      };
      needs = [
        "link.lan"
        "modules.bridge.members"
        "ports.vlans"
        "primary.int"
      ];
    };
    ports = liminix.callService {
      name = "ports";
      body = ./modules/bridge/members/members.nix;
      type = "oneshot";
      parameters = {
        primary = services."primary.int";
      };
      needs = [
        "modules.bridge.members"
        "ports.port0"
        "ports.vlans"
        "primary.int"
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
      needs = [
        "primary.int"
        "state"
      ];
      upTimeout = 120000;
    };
    "vlan.guests" = liminix.callService {
      name = "vlan.guests";
      body = ./modules/vlan/vlan.nix;
      type = "oneshot";
      parameters = {
        egress_qos = { };
        ifname = "guests";
        ingress_qos = { };
        primary = services."primary.int";
        vid = 20;
      };
      needs = [
        "modules.vlan"
        "primary.int"
      ];
    };
    "address.guests.192.168.20.1" = liminix.callService {
      name = "address.guests.192.168.20.1";
      body = ./modules/network/address/address.nix;
      type = "oneshot";
      parameters = {
        address = "192.168.20.1";
        family = "inet";
        interface = services."vlan.guests";
        prefix_length = 24;
        router = null;
      };
      needs = [ "vlan.guests" ];
    };
    guests-names = liminix.callService {
      name = "guests-names";
      body = ./modules/dnsmasq/dnsmasq.nix;
      type = "longrun";
      packages = [ "dnsmasq-small" ];
      parameters = {
        arguments = [
          "--user=dnsmasq"
          "--group=dnsmasq"
          "--domain=guests"
          "--local=/guests/"
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
          "--dhcp-range=192.168.20.10,192.168.20.250"
          "--enable-ra"
        ];
        blocked = [ ];
        constructed = [
          "::"
          "ra-only,64"
        ];
        domain = "guests";
        follows = true;
        interface = services."address.guests.192.168.20.1";
        signed = false;
      };
      needs = [
        "address.guests.192.168.20.1"
        "guests-names.upstreams"
        "state"
      ];
    };
    guests6 = liminix.callService {
      name = "guests6";
      body = ./modules/dhcp6/prefix/prefix.nix;
      type = "longrun";
      packages = [ "services" ];
      parameters = {
        acquired = services."prefix".output "acquired";
        host = 1;
        interface = services."vlan.guests";
        prefixes = services."prefix".output "prefixes";
        subnet = 1;
      };
      needs = [ "vlan.guests" ];
      observes = [ "prefix" ];
    };
    "vlan.things" = liminix.callService {
      name = "vlan.things";
      body = ./modules/vlan/vlan.nix;
      type = "oneshot";
      parameters = {
        egress_qos = { };
        ifname = "things";
        ingress_qos = { };
        primary = services."primary.int";
        vid = 30;
      };
      needs = [
        "modules.vlan"
        "primary.int"
      ];
    };
    "address.things.192.168.30.1" = liminix.callService {
      name = "address.things.192.168.30.1";
      body = ./modules/network/address/address.nix;
      type = "oneshot";
      parameters = {
        address = "192.168.30.1";
        family = "inet";
        interface = services."vlan.things";
        prefix_length = 24;
        router = null;
      };
      needs = [ "vlan.things" ];
    };
    things-names = liminix.callService {
      name = "things-names";
      body = ./modules/dnsmasq/dnsmasq.nix;
      type = "longrun";
      packages = [ "dnsmasq-small" ];
      parameters = {
        arguments = [
          "--user=dnsmasq"
          "--group=dnsmasq"
          "--domain=things"
          "--local=/things/"
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
          "--dhcp-range=192.168.30.10,192.168.30.250"
          "--enable-ra"
        ];
        blocked = [ ];
        constructed = [
          "::"
          "ra-only,64"
        ];
        domain = "things";
        follows = true;
        interface = services."address.things.192.168.30.1";
        signed = false;
      };
      needs = [
        "address.things.192.168.30.1"
        "state"
        "things-names.upstreams"
      ];
    };
    things6 = liminix.callService {
      name = "things6";
      body = ./modules/dhcp6/prefix/prefix.nix;
      type = "longrun";
      packages = [ "services" ];
      parameters = {
        acquired = services."prefix".output "acquired";
        host = 1;
        interface = services."vlan.things";
        prefixes = services."prefix".output "prefixes";
        subnet = 2;
      };
      needs = [ "vlan.things" ];
      observes = [ "prefix" ];
    };
    sysctl = liminix.callService {
      name = "sysctl";
      body = ./modules/base/sysctl/sysctl.nix;
      type = "oneshot";
      needs = [
        "modules.base.state"
        "modules.bridge.members"
        "modules.bridge.primary"
        "modules.firewall"
        "modules.firewall.rest"
        "modules.pppoe"
        "modules.qos.cake"
        "modules.vlan"
        "modules.wireguard"
        "sysctl.early"
      ];
    };
    vpn = liminix.callService {
      name = "vpn";
      body = ./modules/wireguard/wireguard.nix;
      type = "longrun";
      packages = [ "wireguard-tools" ];
      parameters = {
        ifname = "vpn";
        listen_port = 51820;
        metric = 100;
        mtu = 1420;
        peers = {
          phone = {
            allowed = [ "192.168.40.2/32" ];
            endpoint = null;
            keepalive = null;
            preshared_key = null;
            public_key = "uOUTEL/NgPpcZ1br6SeT0YrYvs2jl4kmp9yytZIReVY=";
          };
        };
        private_key = null;
        routes = [ "192.168.40.2/32" ];
      };
      needs = [
        "firewall.closed"
        "modules.wireguard"
        "state"
        "sysctl.early"
      ];
    };
    vpn-address = liminix.callService {
      name = "vpn-address";
      body = ./modules/network/address/address.nix;
      type = "oneshot";
      parameters = {
        address = "192.168.40.1";
        family = "inet";
        interface = services."vpn";
        prefix_length = 24;
        router = null;
      };
      needs = [ "vpn" ];
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
    state = "state";
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
        dhcpcd:x:53:
        nobody:x:65534:
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hostname" = {
      kind = "file";
      text = "home\n";
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/hosts" = {
      kind = "file";
      text = ''
        127.0.0.1 localhost
        ::1 localhost
        127.0.1.1 home
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
        dhcpcd:x:53:53::/run/dhcpcd/empty:/bin/false
        nobody:x:65534:65534::/run:/bin/false
      '';
      mode = "0644";
      user = 0;
      group = 0;
    };
    "/etc/ppp/ip-up" = {
      kind = "file";
      text = ''
        #!/bin/sh
        PATH=/bin:/sbin:/usr/bin:/usr/sbin
        daemon=$6
        #!/bin/sh
        # The beginning of the scripts that udhcpc, dhcpcd and pppd run when there is something new. $daemon is the name of the
        # daemon's service, whose outputs are what it learns; the service that depends on it is up while there is something.
        # The other end may be misconfigured or hostile: no value is published before it was looked at.
        # shellcheck disable=SC2154
        set -euf

        all=''${SERVICES_DIRECTORY:-/run/services}/outputs
        supervised=''${SCAN_DIRECTORY:-/run/service}
        outputs=$all/$daemon
        service=''${daemon%.daemon}

        log() {
        	printf '%s: %s\n' "$daemon" "$*" >&2
        }

        # publish KEY VALUE: sets an output of the daemon, or removes it if there is nothing.
        publish() {
        	if [ -n "$2" ]; then
        		printf '%s\n' "$2" >"$outputs/.$1"
        		mv -f "$outputs/.$1" "$outputs/$1"
        	else
        		rm -f "$outputs/$1"
        	fi
        }

        # problem TEXT: what `services` says of the daemon, and of all that waits for it.
        problem() {
        	[ -z "$1" ] || log "$1"
        	publish problem "$1"
        }

        # Has the service look again when it is up, for one that is on its way may have read what was there before. It does not
        # return.
        look_again() {
        	for _ in 1 2 3 4 5 6 7 8 9 10; do
        		if [ -e "$all/$service/state" ]; then
        			exec s6-svc -1 "$supervised/$service"
        		fi
        		sleep 0.3
        	done
        	exit 0
        }
        # shellcheck shell=sh disable=SC2154
        # Run by pppd, behind ../network/callback.sh, as /etc/ppp/ip-up and /etc/ppp/ipv6-up (pppd(8), SCRIPTS).

        case ''${0##*/} in
        ip-up)
        	servers=
        	for server in "''${DNS1-}" "''${DNS2-}"; do
        		case $server in
        		"" | 0.* | 127.* | 22[4-9].* | 23?.* | 24?.* | 25?.*) ;;
        		*) servers="$servers''${servers:+ }$server" ;;
        		esac
        	done
        	publish ip "''${IPLOCAL-}"
        	publish peer "''${IPREMOTE-}"
        	publish router 0.0.0.0
        	publish dns "$servers"
        	# shellcheck disable=SC2086
        	publish resolv.conf "$(printf 'nameserver %s\n' $servers)"
        	;;
        ipv6-up)
        	publish ipv6-address "''${LLLOCAL-}"
        	publish ipv6-peer "''${LLREMOTE-}"
        	;;
        esac
        problem ""
        services start -c "$service"
        look_again
      '';
      mode = "0755";
      user = 0;
      group = 0;
    };
    "/etc/ppp/ipv6-up" = {
      kind = "file";
      text = ''
        #!/bin/sh
        PATH=/bin:/sbin:/usr/bin:/usr/sbin
        daemon=$6
        #!/bin/sh
        # The beginning of the scripts that udhcpc, dhcpcd and pppd run when there is something new. $daemon is the name of the
        # daemon's service, whose outputs are what it learns; the service that depends on it is up while there is something.
        # The other end may be misconfigured or hostile: no value is published before it was looked at.
        # shellcheck disable=SC2154
        set -euf

        all=''${SERVICES_DIRECTORY:-/run/services}/outputs
        supervised=''${SCAN_DIRECTORY:-/run/service}
        outputs=$all/$daemon
        service=''${daemon%.daemon}

        log() {
        	printf '%s: %s\n' "$daemon" "$*" >&2
        }

        # publish KEY VALUE: sets an output of the daemon, or removes it if there is nothing.
        publish() {
        	if [ -n "$2" ]; then
        		printf '%s\n' "$2" >"$outputs/.$1"
        		mv -f "$outputs/.$1" "$outputs/$1"
        	else
        		rm -f "$outputs/$1"
        	fi
        }

        # problem TEXT: what `services` says of the daemon, and of all that waits for it.
        problem() {
        	[ -z "$1" ] || log "$1"
        	publish problem "$1"
        }

        # Has the service look again when it is up, for one that is on its way may have read what was there before. It does not
        # return.
        look_again() {
        	for _ in 1 2 3 4 5 6 7 8 9 10; do
        		if [ -e "$all/$service/state" ]; then
        			exec s6-svc -1 "$supervised/$service"
        		fi
        		sleep 0.3
        	done
        	exit 0
        }
        # shellcheck shell=sh disable=SC2154
        # Run by pppd, behind ../network/callback.sh, as /etc/ppp/ip-up and /etc/ppp/ipv6-up (pppd(8), SCRIPTS).

        case ''${0##*/} in
        ip-up)
        	servers=
        	for server in "''${DNS1-}" "''${DNS2-}"; do
        		case $server in
        		"" | 0.* | 127.* | 22[4-9].* | 23?.* | 24?.* | 25?.*) ;;
        		*) servers="$servers''${servers:+ }$server" ;;
        		esac
        	done
        	publish ip "''${IPLOCAL-}"
        	publish peer "''${IPREMOTE-}"
        	publish router 0.0.0.0
        	publish dns "$servers"
        	# shellcheck disable=SC2086
        	publish resolv.conf "$(printf 'nameserver %s\n' $servers)"
        	;;
        ipv6-up)
        	publish ipv6-address "''${LLLOCAL-}"
        	publish ipv6-peer "''${LLREMOTE-}"
        	;;
        esac
        problem ""
        services start -c "$service"
        look_again
      '';
      mode = "0755";
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
        dhcpcd:!:::::::
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
    "/state" = {
      kind = "directory";
      mode = "0755";
      user = 0;
      group = 0;
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
    "/var/lib/dhcpcd" = {
      kind = "link";
      target = "/run/services/state/dhcpcd";
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
  hostname = "home";
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
