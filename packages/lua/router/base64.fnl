;; Base 64 (RFC 4648): text to bytes and back; -url has the alphabet of URLs, without padding. What is not
;; base 64 decodes to nil.

(local digits "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")

(fn coder [last-two padding]
  "Return the functions of an alphabet, which ends in two characters of its own."
  (let [alphabet (.. digits last-two)
        values-of {}]
    (for [i 1 64]
      (tset values-of (string.byte alphabet i) (- i 1)))

    (fn digit [value]
      (string.sub alphabet (+ value 1) (+ value 1)))

    (fn encode [text]
      (let [found []]
        (for [i 1 (length text) 3]
          (let [(a b c) (string.byte text i (+ i 2))
                bits (bor (lshift a 16) (lshift (or b 0) 8) (or c 0))]
            (table.insert found (digit (rshift bits 18)))
            (table.insert found (digit (band (rshift bits 12) 63)))
            (table.insert found (if b (digit (band (rshift bits 6) 63)) padding))
            (table.insert found (if c (digit (band bits 63)) padding))))
        (table.concat found)))

    (fn decode [text]
      "Return the bytes, or nil and why it is none."
      (let [text (string.gsub text "=+$" "")
            found []]
        (var bits 0)
        (var count 0)
        (var wrong (if (= (% (length text) 4) 1) "it is cut off"))
        (for [i 1 (length text) &until wrong]
          (case (. values-of (string.byte text i))
            value (do (set bits (bor (lshift bits 6) value))
                      (set count (+ count 6))
                      (when (>= count 8)
                        (set count (- count 8))
                        (table.insert found (string.char (band (rshift bits count) 255)))
                        (set bits (band bits (- (lshift 1 count) 1)))))
            _ (set wrong (.. "character " i " is not of the alphabet"))))
        (if wrong (values nil wrong)
            (not= bits 0) (values nil "bits are left over")
            (table.concat found))))

    {: decode : encode}))

(local plain (coder "+/" "="))
(local url (coder "-_" ""))

{:decode plain.decode :decode-url url.decode :encode plain.encode :encode-url url.encode}
