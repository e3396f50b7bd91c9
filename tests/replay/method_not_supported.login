# A method that the primary cannot check never reaches it: refused after the delay. EAP gets its EAP-Failure (79).
   0       request A alice - id=1 chap        -> nothing
   0       request B alice - id=2 eap         -> nothing
   0       request C alice - id=3 mschap      -> nothing
   0       request D alice - id=4             -> nothing
   1s      clock -> reject A; reject B 79=04090004; reject C; reject D; login reject method 1; login reject method 1; login reject method 1; login reject method 1

calls 0
