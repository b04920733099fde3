(import-macros {: expect=} :router.test)
(local base64 (require :router.base64))

;; RFC 4648 section 10.
(each [text code (pairs {"" "" "f" "Zg==" "fo" "Zm8=" "foo" "Zm9v" "foob" "Zm9vYg==" "fooba" "Zm9vYmE="
                         "foobar" "Zm9vYmFy"})]
  (expect= (base64.encode text) code)
  (expect= (base64.decode code) text)
  (expect= (base64.decode-url (base64.encode-url text)) text))
(let [every (table.concat (fcollect [i 0 255] (string.char i)))]
  (expect= (base64.decode (base64.encode every)) every)
  (expect= (base64.decode-url (base64.encode-url every)) every))
(expect= (base64.encode-url "\255\254") "__4")
(expect= [(base64.decode "Zm9v!A==")] [nil "character 5 is not of the alphabet"])
(expect= [(base64.decode "Z")] [nil "it is cut off"])
(expect= [(base64.decode "Zh")] [nil "bits are left over"])
