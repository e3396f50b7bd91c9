# on_unavailable: reject answers at once.
unavailable reject

   0       request A alice right          -> check_password A
   10ms    password unavailable A         -> reject A; login reject primary_unavailable 1

calls 0
