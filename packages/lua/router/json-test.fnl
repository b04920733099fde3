(import-macros {: expect : expect= : expect-error} :router.test)
(local json (require :router.json))

(expect= (json.encode {:b [1 2.5 true] :a {:x "é\n\"\1"}}) "{\"a\":{\"x\":\"é\\n\\\"\\u0001\"},\"b\":[1,2.5,true]}")
(expect= (json.encode json.null) "null")
(expect= (json.encode json.empty-list) "[]")
(expect= (json.encode {}) "{}")
(expect-error "JSON does not have" (json.encode (/ 1 0)))
(expect-error "JSON has no function" (json.encode {:a print}))
(expect-error "no text" (json.encode {1.5 2}))

(expect= (json.decode " {\"a\" : [1, -2.5e3, \"x\\u00e9\\ud83d\\ude00\\n\", true, false] } ")
         {:a [1 -2500.0 "xé😀\n" true false]})
(expect (= (json.decode "null") json.null))
(expect (= (json.decode "[]") json.empty-list))
(each [_ text (ipairs ["" "[" "[1,]" "{\"a\"}" "{\"a\":1,}" "\"a" "\"\n\"" "01" "1." "tru" "1 2" "-"
                       "\"\\x\"" "\"\\ud83d\""
                       "nul" "\"\\u12\"" "+1" "[1 2]"])]
  (let [(value reason) (json.decode text)]
    (expect= [text value] [text nil])
    (expect (string.find reason "at byte"))))
(expect= [(json.decode "{\"a\" 1}")] [nil "no colon at byte 6"])
(expect= (json.decode (string.rep "[" 100000)) nil)
(let [value {:list [[1] {:deep "text"}]}]
  (expect= (json.decode (json.encode value)) value))
