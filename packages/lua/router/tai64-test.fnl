(import-macros {: expect=} :router.test)
(local {: from-unix : to-unix} (require :router.tai64))

;; From the description of TAI64: 1992-06-02 08:07:09 TAI, 26 s ahead of UTC.
(expect= (from-unix (- 707472429 26)) "@400000002a2b2c2d00000000")
(expect= [(to-unix "@400000002a2b2c2d0000007b")] [(- 707472429 26) 123])
(each [_ seconds (ipairs [0 63072000 78796799 78796800 1483228799 1483228800 1764500000])]
  (expect= [(to-unix (from-unix seconds 7))] [seconds 7]))
(expect= (to-unix "400000002a2b2c2d00000000") nil)
(expect= (to-unix "@400000002a2b2c2d0000000") nil)
(expect= (to-unix "@c00000002a2b2c2d00000000") nil)
